"""Make text legible: drop characters that show nothing, write look-alike letters as the Latin ones they imitate."""

import re

# Control characters, soft hyphens, zero-width and bidirectional characters, tags, variation
# selectors and lone surrogates are never part of the words: they hide words from search and from checks, can confuse
# a terminal, and the last cannot be encoded at all. Joiners stay before scripts and signs that are written with them.
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
    "|[\u200c\u200d](?![\u0590-\u1bff\u2190-\u2bff\U0001f000-\U0001faff])"
)
_HALVES = re.compile("[\ud800-\udfff]")
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})
_LETTERS = dict(
    zip(
        "АВЕЅІЈКМНОРСТХУаеѕіјорсхуΑΒΕΖΗΙΚΜΝΟΡΤΥΧο",  # Cyrillic and Greek
        "ABESIJKMHOPCTXYaesijopcxyABEZHIKMNOPTYXo",
        strict=True,
    )
)
_ALIKE = str.maketrans(_LETTERS | {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)})


def whole_characters(text: str) -> str:
    """Write U+FFFD for each half of a character, which cannot be encoded; offsets stay."""
    return _HALVES.sub("\ufffd", text)


def drop_unseen(text: str) -> str:
    """Return the text without characters that show nothing, ligatures as their letters; tabs and line feeds stay."""
    if text.isascii() and text.isprintable():  # most lines: four times as fast
        return text
    return UNSEEN.sub("", text).translate(_LIGATURES)


def legible(text: str) -> str:
    """Drop unseen characters and write look-alike letters in Latin: Cyrillic "КРО" becomes "KPO".

    A word is rewritten where nothing in it is left foreign, in a text that is Latin for the greater part.
    """
    text = drop_unseen(text)
    if text.isascii():
        return text
    letters = [letter for letter in text if letter.isalpha()]
    if 2 * sum(letter.translate(_ALIKE).isascii() for letter in letters) < len(letters):
        return text

    def rewritten(match: re.Match[str]) -> str:
        word = match[0].translate(_ALIKE)
        return word if word.isascii() else match[0]

    return re.sub(r"[^\s\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e]+", rewritten, text)
