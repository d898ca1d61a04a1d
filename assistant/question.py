"""Read a question: follow-ups completed from the conversation, misspelt words mended, parts told apart."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from assistant.commands import without_commands
from assistant.contrasts import ASKED, BUILT_IN, term_patterns
from assistant.errors import InputError
from assistant.index.lexical import LexicalIndex, content_words, plain_words
from assistant.sentences import sentence_spans
from assistant.spelling import Vocabulary, mend
from assistant.types import Message
from assistant.unseen import legible

MAX_CHARACTERS = 4000
MAX_PARTS = 20  # each is searched for by itself
CONTRASTS = term_patterns(contrast for contrast in BUILT_IN if contrast.name in ASKED)
_FOLLOW_UP = re.compile(r"^(and|but|so|then|also|what about|how about|what of|why|why not|how so)\b", re.I)
_ABOUT = re.compile(
    r"^(?:(?:and|but|so|then)\s+)?(?:(?:what|how)\s+about|what of|for|in|with|of)?\s*(?:the\s+)?", re.I
)
_PRONOUN = re.compile(
    r"\b(it|its|they|them|their|theirs|these|those|this|that|he|she|his|her|one|ones|both|either|former|latter)\b",
    re.I,
)
_TAKES_UP = re.compile(r"\b(?:(its|their|his|her)|it|they|them|he|she|him)\b", re.I)
_NAMED = re.compile(r"\b(?:(?:an?|the) )?(?<!^)[A-Z][A-Z0-9][\w-]*(?: \d[\w.]*)?\b")  # an SLA, ISO 27001
_THAT = re.compile(r"\b(?:that|this)(?=\s*\?)", re.I)
_THING = re.compile(r"(?<=\w )(?:it|them|they)\b", re.I)
_PLACE = re.compile(
    r"(?:(?:and|but|so|also|what about|how about)\s+)?"
    r"(in|for|at|by|since|before|after|under|within|without|among|during|outside|from)\s+((?:\S+\s*){1,5})",
    re.I,
)
_SHORT = re.compile(r"(?<=\w )n(?= \w)")  # "bpo n kpo"
_ASKS = r"(?:what|how|why|when|who|whom|whose|which|where|does|do|did|is|are|was|were|can|could|should|will)"
_JOINED = re.compile(rf"(?:[,;]\s*|\s+)and\s+(?={_ASKS}\b)", re.I)


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question as typed, as read, and its parts as they are searched."""

    text: str
    read_as: str | None  # None where it was read as typed
    parts: tuple[str, ...]


def read_question(
    text: str, history: Sequence[Message], lexical: LexicalIndex, vocabulary: Vocabulary
) -> Question:
    """Return the question to search for. Raises InputError for an empty or oversized one.

    Of the history, questions that are oversized themselves are left out.
    """
    typed = without_commands(" ".join(legible(text).split()))
    if not re.search(r"\w", typed):
        raise InputError("The question is empty: type a question in words.")
    if len(typed) > MAX_CHARACTERS:
        raise InputError(
            f"The question has {len(typed)} characters, at most {MAX_CHARACTERS} are read: shorten it."
        )
    mended = mend(_SHORT.sub("and", typed), lexical, vocabulary)
    own = settle_pronoun(mended) or mended
    read = _bounded(complete(own, _context(history)), own)
    parts = parts_of(read)
    if len(parts) > MAX_PARTS and read != own:
        read, parts = own, parts_of(own)
    if len(parts) > MAX_PARTS:
        raise InputError(
            f"The question asks {len(parts)} things, at most {MAX_PARTS} are answered at once: ask the others next."
        )
    return Question(text=text, read_as=None if read == " ".join(text.split()) else read, parts=parts)


def _context(history: Sequence[Message]) -> str:
    """Return the last question of the history, completed from those before it; "" where there is none."""
    told = (" ".join(legible(message.content).split()) for message in history if message.role == "user")
    earlier = (turn for turn in told if len(turn) <= MAX_CHARACTERS)
    return reduce(lambda before, turn: _bounded(complete(turn, before), turn), earlier, "")


def _bounded(completed: str, typed: str) -> str:
    """Return a completed question, or what was typed where completing has made it oversized."""
    return completed if len(completed) <= MAX_CHARACTERS else typed


def settle_pronoun(text: str) -> str | None:
    """Read "We are drafting an SLA. What should it name?" as "What should an SLA name?"; None where it is another form.

    What the pronoun stands for is the last name or abbreviation of the sentences before the question.
    """
    spans = sentence_spans(text)
    if len(spans) < 2 or not text.endswith("?") or "?" in text[: spans[-1][0]]:
        return None
    told, asked = text[: spans[-1][0]], text[slice(*spans[-1])]
    named = list(_NAMED.finditer(told))
    pointing = _THAT.search(asked) or _THING.search(asked)
    if not named or not pointing or len(content_words(asked)) > 4:
        return None
    return f"{asked[: pointing.start()]}{named[-1][0]}{asked[pointing.end() :]}"


def complete(question: str, before: str) -> str:
    """Complete a follow-up from the question before it; return any other question unchanged.

    "and in India?" asks the same of another place, "what about KPO?" the same of the other side, and a pronoun
    stands for the one thing the question before named.
    """
    if not before or not _is_follow_up(question):
        return question
    exchanged = _exchange(question, before) or _moved(question, before)
    if exchanged:
        return exchanged
    named = names_of_contrast(before)
    if named and names_of_contrast(question):
        return question
    stem = re.sub(r"^(and|but|so|then|also)\s+", "", question, flags=re.I).rstrip("?.! ")
    if len(named) == 1 and _TAKES_UP.search(stem):
        stem = _TAKES_UP.sub(lambda match: f"{named[0]}'s" if match[1] else named[0], stem, count=1)
        asks = re.match(rf"{_ASKS}\b", stem, re.I)
        return f"{stem[:1].upper()}{stem[1:]}?" if asks else f"What are {stem}?"
    stem = f"{stem[:1].upper()}{stem[1:]}"
    if len(named) > 1:
        return f"{stem}: {' or '.join(named)}?"
    topic = named or [word for word in content_words(before) if word.lower() not in stem.lower()][:6]
    return f"{stem} ({' '.join(topic)})?" if topic else question


def parts_of(question: str) -> tuple[str, ...]:
    """Split several questions in one; a later part that leans on the first is completed from it."""
    asked = [piece.strip() for piece in re.split(r"(?<=\?)\s+", question) if re.search(r"\w", piece)]
    parts: list[str] = []
    for piece in asked:
        halves = _JOINED.split(piece)
        whole = len(halves) > 1 and all(len(plain_words(half)) > 2 for half in halves)
        opens = re.match(rf"{_ASKS}\b", halves[0].strip(), re.I)
        for half in halves if whole and opens else [piece]:
            half = half.strip(" ,;")
            half = half if half.endswith("?") else f"{half}?" if len(halves) > 1 else half
            parts.append(complete(half, parts[0]) if parts else half)
    return tuple(parts) or (question,)


def names_of_contrast(text: str) -> list[str]:
    """Return the contrasted terms a text names (BPO, KPO, captive ...), in order of first mention."""
    found = [
        (match.start(), name)
        for group in CONTRASTS
        for name, pattern in group
        if (match := re.search(rf"\b(?:{pattern})\b", text, re.I))
    ]
    return [name for _, name in sorted(found)]


def _is_follow_up(question: str) -> bool:
    if _FOLLOW_UP.match(question):
        return len(content_words(question)) < 5 or bool(_PRONOUN.search(question))
    return len(content_words(question)) < 2 or (
        bool(_PRONOUN.search(question)) and len(content_words(question)) < 6
    )


def _moved(question: str, before: str) -> str | None:
    """Read "and in India?" as the question before, asked of India; "what about Poland?" likewise."""
    match = _PLACE.fullmatch(question.strip(" ?.!"))
    whole = before.rstrip("?.! ")
    if match:
        last = re.search(rf"\s{match[1]}\s+(?:the\s+)?[^\s,]+(?:\s+[^\s,]+)?$", whole, re.I)
        return f"{whole[: last.start()] if last else whole} {match[1].lower()} {match[2]}?"
    rest = _ABOUT.sub("", question).strip(" ?.!")
    names = re.findall(r"(?<=\s)(?:the )?[A-Z][^\W\d_]+(?: [A-Z][^\W\d_]+)*", whole)
    if rest[:1].isupper() and len(rest.split()) <= 3 and len(names) == 1 and not names_of_contrast(names[0]):
        article = "the " if re.search(rf"\bthe {re.escape(rest)}", question) else ""
        return f"{whole.replace(names[0], article + rest)}?"
    return None


def _exchange(question: str, before: str) -> str | None:
    """Read "what about KPO?" as the question before with the other term in it."""
    rest = _ABOUT.sub("", question).strip(" ?.!")
    for group in CONTRASTS:
        for name, pattern in group:
            if re.fullmatch(pattern, rest, re.I):
                others = [other for other, _ in group if other != name]
                present = [
                    (other, p)
                    for other, p in group
                    if other in others and re.search(rf"\b(?:{p})\b", before, re.I)
                ]
                if len(present) == 1:
                    return re.sub(rf"\b(?:{present[0][1]})\b", name, before, flags=re.I)
    return None
