"""Read a question: follow-ups completed from the conversation, misspelt words mended, parts told apart."""

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

from assistant.errors import InputError
from assistant.lexical import LexicalIndex, plain_words
from assistant.types import Message

MAX_CHARACTERS = 4000
CONTRASTS = (
    (
        ("BPO", r"bpos?|business process outsourcing"),
        ("KPO", r"kpos?|knowledge process(?:ing)? outsourcing"),
        ("ITO", r"itos?|information technology outsourcing"),
        ("LPO", r"lpos?|legal process outsourcing"),
        ("RPO", r"rpos?|recruitment process outsourcing"),
    ),
    (
        ("onshore", r"onshore|onshoring"),
        ("nearshore", r"nearshore|nearshoring"),
        ("offshore", r"offshore|offshoring"),
    ),
    (("captive", r"captives?"), ("third-party", r"third[- ]part(?:y|ies)")),
    (("voice", r"(?<!non-)voice"), ("non-voice", r"non-voice")),
    (("front office", r"front[- ]office"), ("back office", r"back[- ]office")),
)
_FOLLOW_UP = re.compile(r"^(and|but|so|then|also|what about|how about|what of|why|why not|how so)\b", re.I)
_ABOUT = re.compile(
    r"^(?:(?:and|but|so|then)\s+)?(?:(?:what|how)\s+about|what of|for|in|with|of)?\s*(?:the\s+)?", re.I
)
_PRONOUN = re.compile(
    r"\b(it|its|they|them|their|theirs|these|those|this|that|he|she|his|her|one|ones|both|either|former|latter)\b",
    re.I,
)
_ASKS = r"(?:what|how|why|when|who|whom|whose|which|where|does|do|did|is|are|was|were|can|could|should|will)"
_JOINED = re.compile(rf"(?:[,;]\s*|\s+)and\s+(?={_ASKS}\b)", re.I)
_FILLER = set(
    [
        "a",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "been",
        "but",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "for",
        "from",
        "had",
        "has",
        "have",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "me",
        "more",
        "my",
        "of",
        "on",
        "or",
        "our",
        "please",
        "she",
        "should",
        "so",
        "tell",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "to",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "whom",
        "whose",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
        "about",
        "explain",
        "describe",
        "give",
        "say",
        "know",
        "want",
        "like",
        "mean",
        "means",
        "much",
        "many",
    ]
)


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question as typed, as read, and its parts as they are searched."""

    text: str
    read_as: str | None  # None where it was read as typed
    parts: tuple[str, ...]


def read_question(
    text: str, history: Sequence[Message], lexical: LexicalIndex, vocabulary: "Vocabulary"
) -> Question:
    """Return the question to search for. Raises InputError for an empty or oversized one."""
    typed = " ".join(text.split())
    if not re.search(r"\w", typed):
        raise InputError("The question is empty: type a question in words.")
    if len(typed) > MAX_CHARACTERS:
        raise InputError(
            f"The question has {len(typed)} characters, at most {MAX_CHARACTERS} are read: shorten it."
        )
    earlier = [" ".join(message.content.split()) for message in history if message.role == "user"]
    context = reduce(lambda before, turn: complete(turn, before) if before else turn, earlier, "")
    read = complete(mend(typed, lexical, vocabulary), context)
    return Question(text=text, read_as=None if read == typed else read, parts=parts_of(read))


def complete(question: str, before: str) -> str:
    """Complete a follow-up from the question before it; return any other question unchanged."""
    if not before or not _is_follow_up(question):
        return question
    exchanged = _exchange(question, before)
    if exchanged:
        return exchanged
    named = names_of_contrast(before)
    if named and names_of_contrast(question):
        return question
    stem = re.sub(r"^(and|but|so|then|also)\s+", "", question, flags=re.I).rstrip("?.! ")
    if len(named) > 1:
        return f"{stem[:1].upper()}{stem[1:]}: {' or '.join(named)}?"
    topic = named or [word for word in content_words(before) if word.lower() not in stem.lower()][:6]
    return f"{stem[:1].upper()}{stem[1:]} ({' '.join(topic)})?" if topic else question


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


def mend(question: str, lexical: LexicalIndex, vocabulary: "Vocabulary") -> str:
    """Replace words the corpus does not hold by close ones it does; names inside a sentence stay."""

    def mended(match: re.Match[str]) -> str:
        word = match[0]
        inside_name = match.start() > 0 and word[0].isupper()
        if inside_name or word.lower() in _FILLER or lexical.holds(word):
            return word
        close = vocabulary.closest(word.lower())
        return (close.capitalize() if word[0].isupper() else close) if close else word

    return re.sub(r"[^\W\d_]{5,}", mended, question)


class Vocabulary:
    """The words of a corpus as written, for mending misspellings; built on first use."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = texts
        self._words: dict[str, list[str]] | None = None

    def closest(self, word: str) -> str | None:
        """Return the corpus word most like a lower-case word, same first letter, or None."""
        if self._words is None:
            words = {word.lower() for text in self._texts for word in plain_words(text) if len(word) > 3}
            self._words = {}
            for known in sorted(words):
                self._words.setdefault(known[0], []).append(known)
        near = [known for known in self._words.get(word[0], []) if abs(len(known) - len(word)) <= 2]
        found = difflib.get_close_matches(word, near, n=1, cutoff=0.82)
        inflected = found and word.startswith(found[0])  # "cheaper" beside "cheap" is no misspelling
        return found[0] if found and not inflected else None


def content_words(text: str) -> list[str]:
    """Return the words that carry meaning, as written, in order."""
    return [word for word in plain_words(text) if word.lower() not in _FILLER and len(word) > 1]


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
