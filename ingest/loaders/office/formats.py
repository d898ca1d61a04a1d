"""Write a sheet's numbers as its cells display them: per cent, dates, thousands, currency."""

import re
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

BUILT_IN = {  # codes of the formats that a file names by number only; all others are "General" here
    "1": "0", "2": "0.00", "3": "#,##0", "4": "#,##0.00", "9": "0%", "10": "0.00%", "14": "yyyy-mm-dd",
    "15": "yyyy-mm-dd", "16": "yyyy-mm-dd", "17": "yyyy-mm", "18": "h:mm", "19": "h:mm:ss", "20": "h:mm",
    "21": "h:mm:ss", "22": "yyyy-mm-dd h:mm", "37": "#,##0", "38": "#,##0", "39": "#,##0.00", "40": "#,##0.00",
    "45": "mm:ss", "46": "h:mm:ss", "47": "mm:ss",
}  # fmt: skip
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]')
_DIGITS = re.compile(r"[#0?](?:[#0?,.\s]*[#0?,])?")
_LAST_DAY = 2_958_465  # 9999-12-31
_MAX_DIGITS = 40


def shown_number(value: str, code: str, from_1904: bool = False) -> str:
    """Return a number as a format displays it; dates as 2024-03-05, times as 14:30.

    What it does not understand of the format's code stays as it is stored.
    """
    try:
        number = Decimal(value)
    except InvalidOperation:
        return value
    if not number.is_finite() or abs(number.adjusted()) > _MAX_DIGITS:
        return value
    section = _section(code, number)
    bare = _LITERAL.sub("", section)
    if re.search(r"[ymdhs]", bare, re.I) and not re.search(r"[#0?]", bare.lower().replace(".0", "")):
        return _date(number, bare.lower(), from_1904) or plain(number)
    digits = _DIGITS.search(bare)
    if not digits or "/" in bare or re.search(r"[eE][+-]", bare):
        return plain(number)
    return _figure(number, section, digits[0], several=section != code)


def plain(number: Decimal) -> str:
    """Write a number without the noise of binary fractions: 0.30000000000000004 is 0.3."""
    rounded = number if number == number.to_integral_value() else Decimal(f"{float(number):.15g}")
    return f"{rounded:f}".rstrip("0").rstrip(".") if "." in f"{rounded:f}" else f"{rounded:f}"


def _section(code: str, number: Decimal) -> str:
    """Return the part of a format for positive, negative or zero numbers."""
    parts = code.split(";")
    if number < 0 and len(parts) > 1:
        return parts[1]
    return parts[2] if number == 0 and len(parts) > 2 else parts[0]


def _figure(number: Decimal, section: str, digits: str, *, several: bool) -> str:
    percent = "%" in _LITERAL.sub("", section)
    decimals = len(re.sub(r"[^#0?]", "", digits.partition(".")[2]))
    scaled = abs(number) * (100 if percent else 1)
    scaled /= Decimal(1000) ** len(re.search(r",*$", digits.strip())[0])  # type: ignore[index]
    rounded = scaled.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    grouped = "," in digits.strip().rstrip(",")
    words = f"{rounded:,f}" if grouped else f"{rounded:f}"
    if decimals and "0" not in digits.partition(".")[2]:
        words = words.rstrip("0").rstrip(".")
    before, _, after = _literals(section).partition("\0")
    sign = "-" if number < 0 and rounded and not (several and re.search(r"[-(]", before)) else ""
    return f"{sign}{before.strip()}{' ' if before.endswith(' ') else ''}{words}{after.rstrip()}"


def _literals(section: str) -> str:
    """Return the words of a format around a mark for the digits."""
    text = _LITERAL.sub(lambda match: match[1] or match[2] or match[3] or "", section)
    return _DIGITS.sub("\0", text, count=1)


def _date(number: Decimal, code: str, from_1904: bool) -> str:
    days = float(number) + (1462 if from_1904 else 0)
    if not 0 <= days <= _LAST_DAY:
        return ""
    # day 60 is 29 February 1900, which there was not
    begin = datetime(1899, 12, 31) if days < 60 else datetime(1899, 12, 30)
    moment = begin + timedelta(seconds=round(days * 86_400))
    day = "%Y-%m-%d" if "d" in code else "%Y-%m" if "y" in code else "%B"
    time = "%H:%M:%S" if "s" in code else "%H:%M"
    has_time = bool(re.search(r"[hs]", code))
    has_day = bool(re.search(r"[yd]", code)) or not has_time
    return moment.strftime(" ".join([day] * has_day + [time] * has_time))
