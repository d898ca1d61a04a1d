"""Write numbers as a word processor or a browser shows them: those of lists, those above the line."""

import re

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
    (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
MAX_ROMAN = 4000
_RAISED = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
_FIGURES = re.compile(r"\s*(?:[+−-]?\d+|[+−-])\s*")


def written_number(number: int, form: str) -> str:
    """Write a number in a form named as Word names it: decimal, lowerLetter, upperRoman ...; "" for bullets."""
    match form:
        case "bullet" | "none":
            return ""
        case "lowerLetter" | "upperLetter" if number > 0:
            letters = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
            return letters.upper() if form == "upperLetter" else letters
        case "lowerRoman" | "upperRoman" if 0 < number < MAX_ROMAN:
            return _roman(number).upper() if form == "upperRoman" else _roman(number)
        case "decimalZero":
            return f"{number:02d}"
        case _:
            return str(number)


def raised(text: str) -> str:
    """Write figures that stand above the line as such: "40 m³", "10⁶"; other words stay."""
    return text.translate(_RAISED) if _FIGURES.fullmatch(text) else text


def _roman(number: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        text += letters * (number // value)
        number %= value
    return text
