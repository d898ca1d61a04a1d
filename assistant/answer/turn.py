"""What is known of one answer while it is being made, and how long each step took."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from assistant.answer.compose.compose import Composer
from assistant.core.errors import ModelError
from assistant.core.types import ClaimShown, Drafts, Evidence, Passage, Table
from assistant.question.form import Form
from assistant.write.quote.choose import Choice


@dataclass
class Turn:
    """What is known so far of the answer to one question."""

    question: str
    answer: Composer = field(default_factory=Composer)
    read_as: str | None = None
    form: Form = Form()  # in which the answer is wanted
    reason: str | None = None
    table: Table | None = None
    confidence: float = 0.0  # score of the best evidence, 0 to 1
    found: list[tuple[str, Choice]] = field(default_factory=list)
    wanted: list[Evidence] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    left: dict[str, tuple[str, str | None]] = field(
        default_factory=dict
    )  # part: reason code, reason in words
    near: bool = False  # whether passages were found that are about what is asked
    written: bool = False  # whether a sentence of a model is shown
    passages: list[Passage] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    drafts: Drafts = Drafts()
    spent: dict[str, float] = field(default_factory=dict)
    began: float = field(default_factory=time.perf_counter)
    first: float | None = None

    @contextmanager
    def timed(self, what: str) -> Iterator[None]:
        """Add the seconds spent inside to `spent`."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.spent[what] = self.spent.get(what, 0.0) + time.perf_counter() - began

    def show(self, event: ClaimShown | None) -> Iterator[ClaimShown]:
        """Yield the event, if there is one, and note when the first was shown."""
        if event is not None:
            if self.first is None:
                self.first = time.perf_counter() - self.began
            yield event

    def gather(self, passages: Sequence[Passage], *, near: bool) -> None:
        """Keep the passages found for a part, each once, and whether they are about what it asks."""
        known = {item.chunk_id for item in self.passages}
        self.passages += [item for item in passages if item.chunk_id not in known]
        self.near = self.near or near

    def put_first(self, passages: Sequence[Passage]) -> None:
        """Keep passages found by a later search, before those that did not answer."""
        self.passages[:0] = passages
        self.near = True

    def answered(self) -> None:
        """Note that the model answered from the passages what was left open without it."""
        self.unanswered.clear()
        told = {why for _, why in self.left.values()}
        self.notices = [notice for notice in self.notices if notice not in told]
        self.reason = self.reason if self.reason == "model_unavailable" else None

    def leave(self, part: str, reason: str, why: str | None) -> None:
        """Leave a part of the question open, with the reason code and the reason in words."""
        self.unanswered.append(part)
        self.left[part] = reason, why
        self.reason = self.reason or reason
        self.note(why)

    def reopen(self, part: str) -> None:
        """Take back what was found for a part, or why it was left open: it is decided anew."""
        _, why = self.left.pop(part, (None, None))
        self.notices = [notice for notice in self.notices if notice != why]
        self.unanswered = [one for one in self.unanswered if one != part]
        self.found = [(one, choice) for one, choice in self.found if one != part]
        reasons = [reason for reason, _ in self.left.values()]
        self.reason = next(iter(reasons), "unsure" if any(choice.lead for _, choice in self.found) else None)

    def take(self, part: str, other: "Turn") -> None:
        """Take over what another turn found for a part, or why it left that open."""
        self.found += [(part, choice) for _, choice in other.found]
        for reason, why in other.left.values():
            self.leave(part, reason, why)
        self.reason = self.reason or other.reason
        self.gather(other.passages, near=other.near)
        self.confidence = max(self.confidence, other.confidence)
        for notice in other.notices:
            self.note(notice)
        for what, seconds in other.spent.items():
            self.spent[what] = self.spent.get(what, 0.0) + seconds

    def answering(self) -> list[Evidence]:
        """Return two sentences of what answers each part, those of the last part first; what surely does scores 1."""
        return [
            item if choice.lead else replace(item, score=1.0)
            for _, choice in reversed(self.found)
            for item in choice.evidence[: min(choice.wanted, 2)]
        ]

    def surely(self) -> set[str]:
        """Return the parts that are surely answered."""
        return {part for part, choice in self.found if not choice.lead}

    def note(self, notice: str | None) -> None:
        """Keep a notice for the reader, if there is one, once."""
        if notice and notice not in self.notices:
            self.notices.append(notice)

    def count(self, markers: Sequence[int], known: int, kept: Sequence[int] | None) -> None:
        """Count a drafted sentence and its markers: of `known` evidence, and of those the check kept, if any."""
        real = [n for n in markers if 1 <= n <= known]
        replaced = [n for n in real if n not in kept] if kept is not None else []
        self.drafts = Drafts(
            sentences=self.drafts.sentences + 1,
            markers=self.drafts.markers + len(markers),
            invented=self.drafts.invented + len(markers) - len(real),
            replaced=self.drafts.replaced + len(replaced),
            unmarked=self.drafts.unmarked + (not real),
        )

    def fail(self, error: ModelError) -> None:
        """Note that the model failed."""
        self.reason = "model_unavailable"
        self.note(told(error))

    def lift(self, passage: Passage) -> None:
        """Put a passage first among those shown."""
        self.passages.sort(key=lambda item: item.chunk_id != passage.chunk_id)

    def timings(self) -> dict[str, float]:
        """Return the seconds of each step, of the first sentence and in all."""
        total = time.perf_counter() - self.began
        spent = {what: self.spent.get(what, 0.0) for what in ("retrieve", "generate", "verify")}
        if self.first is not None:
            spent["first_sentence"] = self.first
        return {what: round(value, 4) for what, value in {**spent, "total": total}.items()}


def told(error: ModelError) -> str:
    """Return a model's error as a sentence for the reader, saying what was done instead."""
    text = str(error)
    return f"{text[:1].upper()}{text[1:]}. What is shown is quoted."
