"""Find the character set of a text file, as a browser would: by its mark, its declaration, its bytes."""

import codecs

from assistant.core.errors import LoadError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it starts with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BINARY = (b"%PDF-", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"\xd0\xcf\x11\xe0")
# What these names mean on the web (https://encoding.spec.whatwg.org/), larger sets than the names say.
_MEANT = {
    "ascii": "cp1252", "us-ascii": "cp1252", "iso8859-1": "cp1252", "latin-1": "cp1252", "iso8859-9": "cp1254",
    "iso8859-11": "cp874", "tis-620": "cp874", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932",
    "euc_kr": "cp949", "big5": "big5hkscs", "utf-16": "utf-8", "utf-7": "utf-8",
}  # fmt: skip
_NAMES = {
    "x-sjis": "cp932", "windows-31j": "cp932", "ms_kanji": "cp932", "x-gbk": "gb18030", "gb_2312-80": "gb18030",
    "x-x-big5": "big5hkscs", "big5-hkscs": "big5hkscs", "ks_c_5601-1987": "cp949", "ksc5601": "cp949",
    "windows-949": "cp949", "x-cp1250": "cp1250", "x-cp1251": "cp1251", "x-cp1252": "cp1252", "x-euc-jp": "euc_jp",
    "dos-874": "cp874", "windows-874": "cp874", "macintosh": "mac_roman", "x-mac-roman": "mac_roman",
    "x-user-defined": "cp1252", "unicode": "utf-8", "unicode-1-1-utf-8": "utf-8", "x-unicode20utf8": "utf-8",
}  # fmt: skip
_WESTERN, _MANY = "cp1252", 0.25  # share of bytes beyond ASCII that a Western text has at most
_GUESSED = (
    "cp1251", "koi8_r", "cp1253", "cp1255", "cp1256", "gb18030", "cp932", "euc_jp", "big5hkscs", "cp949",
)  # fmt: skip
MAX_LOST = 0.02  # share of characters that may be unreadable
_SAMPLE = 20_000  # bytes looked at for a guess


def decode(data: bytes, declared: str | None = None) -> str:
    """Decode a text file and turn every line end into a line feed.

    A byte order mark decides, then what is declared if it fits, then UTF-8, then what the bytes look like. Raises
    LoadError for binary content and for bytes that are no text in any of them.
    """
    mark, encoding = next(((mark, name) for mark, name in _BOMS if data.startswith(mark)), (b"", ""))
    body = data[len(mark) :]
    encoding = encoding or _wide(data)
    if not encoding and (b"\0" in data or data.startswith(_BINARY)):
        raise LoadError("is not text but binary data; give the file its right suffix or remove it")
    text = _mostly(body, encoding) if encoding not in ("", "utf-8") else _decoded(body, _codec(declared))
    if text is None:
        raise LoadError("is no text in any character set that is known; save it as UTF-8")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _wide(data: bytes) -> str:
    """Return how bytes without a mark hold two to a character, "" where they do not: every other one is nearly always zero."""
    sample = data[: _SAMPLE // 2 * 2]
    if len(data) % 2 or len(sample) < 8 or b"\0" not in sample:
        return ""
    half = len(sample) / 2
    even, odd = sample[::2].count(0) / half, sample[1::2].count(0) / half
    return "utf-16-le" if odd > 0.7 and even < 0.02 else "utf-16-be" if even > 0.7 and odd < 0.02 else ""


def _decoded(data: bytes, declared: str | None) -> str | None:
    multi = declared is not None and not declared.startswith(("cp125", "iso", "utf", "cp874", "mac", "koi8"))
    for encoding in dict.fromkeys([declared, "utf-8"] if multi else ["utf-8", declared]):
        if encoding is None:
            continue
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    damaged = data.decode("utf-8", "replace")
    lost = damaged.count("\ufffd")
    if sum(char > "\x7f" for char in damaged) > 4 * lost:
        return damaged  # UTF-8 with a few broken bytes
    return next(filter(None, (_mostly(data, name) for name in (declared, _guess(data)) if name)), None)


def _mostly(data: bytes, encoding: str) -> str | None:
    """Decode bytes few of which do not fit: those become the sign for an unknown character."""
    text = data.decode(encoding, "replace")
    if encoding == _WESTERN:
        return text.replace("\ufffd", " ")  # five unused codes
    return text if text.count("\ufffd") <= MAX_LOST * len(text) else None


def _codec(name: str | None) -> str | None:
    """Return the codec that a declared name means, None for one that nobody knows."""
    name = (name or "").strip().lower()
    if name in _NAMES:
        return _NAMES[name]
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    return _MEANT.get(found, found)


def _guess(data: bytes) -> str:
    """Guess the character set of undeclared bytes: Western where few are beyond ASCII, else by what they look like."""
    beyond = sum(byte > 127 for byte in data[:_SAMPLE]) / max(1, len(data[:_SAMPLE]))
    if beyond <= _MANY:
        return _WESTERN
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_SAMPLE], cp_isolation=list(_GUESSED)).best()
    return best.encoding if best is not None else _WESTERN
