"""Veto names of a claim that neither its evidence nor the context holds."""

import re

from assistant.text.quantities.units import MONTHS

# a capital or a digit inside a word, or a capital that begins a word in mid-sentence
_WORD = re.compile(r"[A-Za-z\u00c0-\u024f][\w\u00c0-\u024f'’&.-]*[\w\u00c0-\u024f]|[A-Z]")
SAME_ROOT = 4  # letters that two forms of one name share: India and Indian


def strange_name(claim: str, evidence: str, context: str = "") -> str | None:
    """Return the first name of the claim that evidence and context do not hold in any form, or None.

    An acronym may stand for its long form and the other way round; months and the first word of a sentence are no names.
    """
    told = f"{evidence}\n{context}"
    low = told.lower()
    known = {word.lower().strip(".'’") for word in re.findall(r"[^\W_][\w'’&.-]*", told)}
    known |= {part for word in known for part in re.split(r"[-'’.&]", word)}
    initials = _initials(told)
    for match in _WORD.finditer(claim):
        word = match.group()
        if not _is_name(claim, match):
            continue
        plain = re.sub(r"['’]s?$", "", word).lower()
        parts = [part for part in re.split(r"[-'’.&]", plain) if len(part) > 1] or [plain]
        if (
            plain in known
            or plain.replace(".", "") in known
            or all(_held(part, known, low) for part in parts)
        ):
            continue
        if word.isupper() and plain.rstrip("s") in initials or _spelt_out(claim, match, known):
            continue
        return word
    return None


def _is_name(claim: str, match: re.Match[str]) -> bool:
    word = match.group()
    if word.isdigit() or len(word) < 2 or word.lower() in _NO_NAMES:
        return False
    inner = any(letter.isupper() for letter in word[1:]) and "-" not in word
    first = bool(re.search(r"(?:^|[.!?:;\n(\"“|•]|\s[-–—])\s*$", claim[: match.start()]))
    return inner or (word[0].isupper() and not first)


def _held(part: str, known: set[str], low: str) -> bool:
    if part in known or part.isdigit() or len(part) > 5 and part in low:
        return True
    root = part[: max(SAME_ROOT, len(part) - 3)]
    return len(part) > 3 and any(
        other.startswith(root) or (len(other) > 3 and part.startswith(other)) for other in known
    )


def _initials(text: str) -> set[str]:
    """Return the initials of runs of words, short words in between left out or kept."""
    words = re.findall(r"[^\W\d_]+", text)
    found: set[str] = set()
    for at in range(len(words)):
        whole = short = ""
        for word in words[at : at + 7]:
            whole += word[0].lower()
            short += word[0].lower() if len(word) > 3 or word[0].isupper() else ""
            found |= {whole, short}
    return {item for item in found if len(item) > 1}


def _spelt_out(claim: str, match: re.Match[str], known: set[str]) -> bool:
    """Tell whether the name is part of a long form whose acronym is known."""
    words = list(re.finditer(r"[^\W\d_]+", claim))
    at = next((n for n, word in enumerate(words) if word.start() <= match.start() < word.end()), None)
    if at is None:
        return False
    for start in range(max(0, at - 5), at + 1):
        for end in range(at + 1, min(len(words), start + 7) + 1):
            run = [word.group() for word in words[start:end]]
            letters = {
                "".join(w[0] for w in run).lower(),
                "".join(w[0] for w in run if w[0].isupper()).lower(),
            }
            if any(len(item) > 1 and item in known for item in letters):
                return True
    return False


_NO_NAMES = frozenset([
    *MONTHS, "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "i", "celsius", "fahrenheit",
    "ok", "ceo", "cfo", "cto", "hr", "it", "uk", "us", "usa", "eu", "un", "am", "pm", "bc", "ad", "bce", "ce", "english",
    "internet", "christmas", "catholic", "christian", "web",
])  # fmt: skip
