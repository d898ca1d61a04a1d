"""Read a model's reply: whole sentences out of a growing text, reduced to plain prose and their markers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from assistant.text.legible import legible
from assistant.text.sentences import sentence_spans

MARK = (
    r"(?:\[(?:\^|(?:passage|evidence|source)\s+)?\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*\]"
    r"|【\s*\d{1,3}[^【】\n]{0,40}】)"
)
MARKS = re.compile(rf"\s*{MARK}", re.IGNORECASE)
STARTS_MARKED = re.compile(rf"\W{{0,4}}{MARK}", re.IGNORECASE)
MARKS_BEHIND = re.compile(rf"([.!?][\"'”’)*_]*)((?:\s*{MARK})+)\.?", re.IGNORECASE)
BEFORE_MARK = re.compile(r"(?<=[.!?])\s+(?=\[\d)")
BULLET = re.compile(r"\s*(?:>\s*)*(?:[-*+•–]\s+|\d{1,2}[.)]\s+)?")
NOT_PROSE = re.compile(r"\s*(?:#{1,6}\s|\||```|-{3,}|={3,}|[{}]|\[\{)")
LABEL = re.compile(
    r"^\W*(?:\*\*)?(?:answer|response|evidence|question|summari[sz]e|summary)\s*:(?:\*\*)?\s*", re.IGNORECASE
)
EMPHASIS = re.compile(r"(\*\*|__|`|\*|(?<!\w)_|_(?!\w))")
LINK = re.compile(r"(?<!!)\[([^\[\]]*)\]\([^)\s]{0,2000}\)")
HIDDEN = re.compile(r"!\[[^\[\]]*\]\([^)\s]{0,2000}\)|<!--.*?(?:-->|$)|</?[a-z][^<>]{0,2000}>", re.IGNORECASE)
THOUGHT = re.compile(r"<(think|thinking|thought|reasoning)>", re.IGNORECASE)
BLANKS = re.compile(r"\s{2,}")
MAX_SENTENCE_CHARS = 2_000  # of a draft; what is longer is no sentence
MAX_EVIDENCE = 20  # a range of more markers than there can be evidence stands for its two ends
LOOK = 400  # characters read at first to find where a sentence ends; twice as many each time it does not
WHOLE = re.compile(r"[.!?…][\"'”’)*_\]】]*\s*$|[\]】]\s*$")


@dataclass(frozen=True, kw_only=True)
class Drafted:
    """One sentence the model wrote, without its markers, and the evidence numbers it named (from 1)."""

    text: str
    markers: tuple[int, ...]
    item: bool = False  # of a list


class ReplyReader(Protocol):
    """Reads the sentences out of a reply while it grows."""

    @property
    def rest(self) -> str:
        """What has come and is no whole sentence yet."""

    @property
    def declined(self) -> bool:
        """Tell whether the reply says, in its own form, that there is nothing to write."""

    def read(self, piece: str) -> Iterator[Drafted]:
        """Take the next piece and yield the sentences it makes whole."""

    def end(self, *, cut: bool) -> Iterator[Drafted]:
        """Yield what the end of the reply makes whole; nothing that was `cut` off is."""


class Prose:
    """Reads prose whose sentences carry markers."""

    declined = False

    def __init__(self) -> None:
        """Start with nothing read."""
        self.rest = ""

    def read(self, piece: str) -> Iterator[Drafted]:
        """Take the next piece and yield the sentences it makes whole."""
        self.rest += piece
        yield from self._taken(ended=False)
        if len(self.rest) > MAX_SENTENCE_CHARS and len(without_thought(self.rest)) > MAX_SENTENCE_CHARS:
            yield Drafted(text=self.rest, markers=())  # too long to be read, whatever may follow
            self.rest = ""

    def end(self, *, cut: bool) -> Iterator[Drafted]:
        """Yield the sentences still waiting for the end; a last one that was cut off is not among them."""
        return self._taken(ended=not cut)

    def _taken(self, *, ended: bool) -> Iterator[Drafted]:
        while taken := take_sentence(self.rest, ended=ended):
            sentence, self.rest = taken
            if drafted := plain_sentence(sentence):
                yield drafted


def without_thought(reply: str) -> str:
    """Leave out the reasoning that some models put first; empty while it goes on."""
    reply = reply.lstrip()
    if opened := THOUGHT.match(reply):
        closing = re.search(rf"</{opened[1]}>", reply, re.IGNORECASE)
        return reply[closing.end() :].lstrip() if closing else ""
    return reply


def take_sentence(buffer: str, *, ended: bool = False) -> tuple[str, str] | None:
    """Split the first whole sentence off the reply so far; None while it may still grow.

    A sentence is whole when more text than markers follows it, or when the reply `ended`.
    """
    buffer = without_thought(buffer)
    if not buffer or not (ended or re.search(r"[.!?…\n]", buffer)):
        return None
    line, below = first_line(buffer)
    sentence, rest = first_of(line)
    if not (ended or re.match(r"\s*(?:[^\s\[]|\[[^\]]*\])", rest) or below.strip()):
        return None
    return sentence, f"{rest}{below}"


def first_line(reply: str) -> tuple[str, str]:
    """Split off the first line, joined with those it wraps into and those of markers alone; the break stays behind."""
    pieces, at = [], 0
    while True:
        end = reply.find("\n", at)
        pieces.append(reply[at:] if end < 0 else reply[at:end])
        if end < 0:
            return " ".join(pieces), ""
        at = end + 1
        wrapped = reply[at : at + 1].islower() and not pieces[-1].rstrip().endswith((".", "!", "?", ":"))
        if not wrapped and not _marks_alone(reply, at):
            return " ".join(pieces), reply[end:]


def _marks_alone(reply: str, at: int) -> bool:
    """Tell whether markers come next, and nothing else in that line."""
    if not STARTS_MARKED.match(reply, at):
        return False
    end = reply.find("\n", at)
    line = BLANKS.sub(" ", reply[at:] if end < 0 else reply[at:end])
    return not MARKS.sub("", line).strip()


def first_of(line: str) -> tuple[str, str]:
    """Split the first sentence off a line, its markers moved before its stop; read no more than that takes."""
    size = len(line) if " | " in line else LOOK
    while True:
        head = BLANKS.sub(" ", line[:size])
        if not STARTS_MARKED.match(line):
            head = MARKS_BEHIND.sub(marks_first, head)
        bullet = BULLET.match(head)
        skip = bullet.end() if bullet and not NOT_PROSE.match(head) else 0
        end = first_end(head[skip:]) + skip
        if size >= len(line) or end + LOOK // 2 < len(head):
            return head[:end], f"{head[end:]}{line[size:]}"
        size *= 2


def first_end(line: str) -> int:
    """Return where the first sentence of a line ends."""
    spans = sentence_spans(line)
    end = spans[0][1] if spans and not NOT_PROSE.match(line) else len(line)
    before_mark = BEFORE_MARK.search(line, 0, end)
    return before_mark.start() if before_mark else end


def marks_first(match: re.Match[str]) -> str:
    """Move markers from behind the full stop to before it."""
    return f"{match[2]}{match[1]}"


def plain_sentence(raw: str) -> Drafted | None:
    """Reduce a line of markdown to a plain sentence and its markers.

    None for what states nothing: headings, tables, lead-ins, questions, data. Images, tags and unseen characters go.
    """
    raw = BLANKS.sub(" ", legible(raw))
    if NOT_PROSE.match(raw):
        return None
    markers: list[int] = []
    for mark in MARKS.findall(raw):
        markers += [n for n in numbers(mark) if n not in markers]
    bullet = BULLET.match(raw)
    text = raw[bullet.end() :] if bullet else raw
    heading = re.fullmatch(r"\s*(\*\*|__).*\1\s*", text) and text.rstrip("*_ \n")[-1:] not in (".", "!", "?")
    text = HIDDEN.sub(" ", MARKS.sub("", LABEL.sub("", text, count=1)))
    text = EMPHASIS.sub("", LINK.sub(r"\1", text))
    text = re.sub(r"\s+([.,;!?])", r"\1", " ".join(text.split()))
    if not re.search(r"\w", text) or text.endswith((":", "?")) or " | " in text or (heading and not markers):
        return None
    item = bool(bullet and re.search(r"[-*+•–]|\d", bullet.group()))
    return Drafted(text=text if text[-1] in '.!…"”)' else f"{text}.", markers=tuple(markers), item=item)


def wording(raw: str) -> str:
    """Return the words of a piece of a reply that is no sentence, on one line without markers; "" where it has none."""
    text = " ".join(MARKS.sub("", BLANKS.sub(" ", legible(raw))).split())
    return text if re.search(r"[^\W_]", LABEL.sub("", HIDDEN.sub("", text), count=1)) else ""


def numbers(mark: str) -> list[int]:
    """Read a marker: "[1, 3]" is 1 and 3, "[2-4]" is 2, 3 and 4; what follows a dagger is no number of ours."""
    found: list[int] = []
    for first, last in re.findall(r"(\d+)(?:\s*[–-]\s*(\d+))?", mark.partition("†")[0]):
        ends = int(first), int(last or first)
        found += range(ends[0], ends[1] + 1) if ends[1] - ends[0] < MAX_EVIDENCE else ends
    return found
