"""Write figures as words: shares with their interval, seconds, and why there is none."""

from eval.run.types import Measure

NOTHING = "nothing to count"


def share(value: float) -> str:
    """Return a share with two decimals; more where two would make it 0 or 1 and it is not: "0.996"."""
    for digits in (2, 3, 4):
        words = f"{value:.{digits}f}"
        if value in (0.0, 1.0) or float(words) not in (0.0, 1.0):
            return words
    return "<0.0001" if value < 0.5 else ">0.9999"


def seconds(value: float) -> str:
    """Return seconds without their unit, to about two digits: "0", "0.013", "0.21", "12.4", "310"."""
    if value < 0.0005:
        return "0"
    digits = 3 if value < 0.1 else 2 if value < 10 else 1 if value < 100 else 0
    return f"{value:.{digits}f}"


def amount(value: float) -> str:
    """Return a count, with one decimal where it is not whole."""
    return str(int(value)) if float(value).is_integer() else f"{value:.1f}"


FORMS = {"share": share, "seconds": seconds, "count": amount}
UNITS = {"share": "", "seconds": " s", "count": ""}


def value_words(measure: Measure) -> str:
    """Return the value alone: "0.87", "0.21 s", or "-"."""
    if measure.value is None:
        return "-"
    return FORMS[measure.unit](measure.value) + UNITS[measure.unit]


def interval_words(measure: Measure) -> str:
    """Return the 95 % interval: "[0.81, 0.92]"; "" where there is none."""
    if measure.value is None or measure.low is None or measure.high is None:
        return ""
    form = FORMS[measure.unit]
    return f"[{form(measure.low)}, {form(measure.high)}]"


def counted(n: int, noun: str) -> str:
    """Return "1 case", "2 cases"."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"
