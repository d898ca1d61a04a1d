"""Citation health of a model: what became of the sentences it drafted and of the markers in them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from statistics import median
from typing import Any

from assistant.core.address import bare_address
from assistant.core.settings import Settings
from assistant.core.types import Answer
from assistant.index.thresholds import program_version


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of a whole, with the 95 % interval of its share (Wilson 1927); no interval of nothing."""

    part: int
    whole: int
    low: float | None = None
    high: float | None = None

    @property
    def share(self) -> float | None:
        """Return the share, 0 to 1; None of nothing."""
        return self.part / self.whole if self.whole else None


NOTHING = Part(part=0, whole=0)


@dataclass(frozen=True, kw_only=True)
class Health:
    """How a model drafts, counted over the questions of `source`.

    Of the markers it wrote: `invented` name no evidence; `repaired` name evidence that the sentence does not rest
    on, and the check put another. Of its sentences: `unmarked` name no evidence, as their
    marker was dropped or invented; `unsupported` were withheld
    as not supported; `repeats` held back because they were shown before. `failed`: answers in which the model
    failed, of those it was asked for. `seconds` is the median time of drafting, None where it drafted nothing.

    Of its sentences again: `supported` and `unverified` were shown, as such; `contradicted` and `unjudged` are among
    the `unsupported`. `form_kept`: answers in the form asked for, of those that asked for one. `first_s` and
    `answer_s` are the median times to the first sentence and to the whole of an answer it wrote in. Figures of earlier
    versions have none of these.
    """

    model: str
    base_url: str | None  # without user, password and query
    form: str  # of the draft, as set: auto, structured or markers
    source: str  # what was asked
    questions: int
    invented: Part
    repaired: Part
    unmarked: Part
    unsupported: Part
    repeats: Part
    failed: Part
    seconds: float | None
    index_id: str
    version: str  # of this program
    made: str  # date, YYYY-MM-DD
    shipped: bool = False  # measured by the authors, not on this machine
    supported: Part = NOTHING
    unverified: Part = NOTHING
    contradicted: Part = NOTHING
    unjudged: Part = NOTHING
    form_kept: Part = NOTHING
    first_s: float | None = None
    answer_s: float | None = None

    @property
    def key(self) -> tuple[str, str | None, str]:
        """Return what one set of figures is kept for: model, address and form."""
        return self.model, self.base_url, self.form

    @property
    def sentences(self) -> int:
        """Return how many sentences the model drafted."""
        return self.unmarked.whole

    @property
    def withheld(self) -> Part:
        """Return the sentences that were not shown: not supported, or repeats."""
        return part(self.unsupported.part + self.repeats.part, self.sentences)

    @property
    def withheld_share(self) -> float | None:
        """Return the share of `withheld`, 0 to 1, without its interval, for which statistics are loaded."""
        return Part(part=self.unsupported.part + self.repeats.part, whole=self.sentences).share

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types; of the four figures of a model's citations `invented` and `repaired` are fields.

        `dropped` (markers) is `unmarked` by its other name, and `withheld` is `unsupported` and `repeats` together.
        """
        return {**asdict(self), "dropped": asdict(self.unmarked), "withheld": asdict(self.withheld)}


def health_of(
    answers: Sequence[Answer],
    settings: Settings,
    *,
    source: str,
    questions: int,
    lost: int = 0,
    form_kept: Part = NOTHING,
) -> Health:
    """Count the drafts of answers to `questions` questions; `lost` answers more were not kept, as the model failed."""
    from eval.run.ask import (
        UNAVAILABLE,
    )  # it brings the store along, which lists of models need not load

    drafted = [answer for answer in answers if answer.drafts.sentences]
    failed = sum(answer.reason == UNAVAILABLE for answer in answers)
    asked = sum(answer.reason == UNAVAILABLE or answer.drafts.sentences > 0 for answer in answers)
    sentences = sum(answer.drafts.sentences for answer in drafted)
    markers = sum(answer.drafts.markers for answer in drafted)
    withheld = [item.verdict for answer in drafted for item in answer.withheld]
    repeats = withheld.count("supported")
    unverified = sum(
        claim.origin == "model" and claim.verdict == "unverified"
        for answer in drafted
        for claim in answer.claims
    )
    return Health(
        model=settings.model,
        base_url=bare_address(settings.base_url),
        form=settings.draft_form,
        source=source,
        questions=questions,
        invented=part(sum(answer.drafts.invented for answer in drafted), markers),
        repaired=part(sum(answer.drafts.replaced for answer in drafted), markers),
        unmarked=part(sum(answer.drafts.unmarked for answer in drafted), sentences),
        unsupported=part(len(withheld) - repeats, sentences),
        repeats=part(repeats, sentences),
        failed=part(failed + lost, asked + lost),
        seconds=_median(drafted, "generate"),
        supported=part(sentences - len(withheld) - unverified, sentences),
        unverified=part(unverified, sentences),
        contradicted=part(withheld.count("contradicted"), sentences),
        unjudged=part(withheld.count("unjudged"), sentences),
        form_kept=form_kept,
        first_s=_median(drafted, "first_sentence"),
        answer_s=_median(drafted, "total"),
        index_id=next((answer.index_id for answer in answers if answer.index_id), ""),
        version=program_version(),
        made=datetime.now(UTC).date().isoformat(),
    )


def _median(answers: Sequence[Answer], name: str) -> float | None:
    """Return the median of a time over the answers that have it, None where none has."""
    times = [answer.timings_s[name] for answer in answers if name in answer.timings_s]
    return round(median(times), 3) if times else None


def part(count: int, whole: int) -> Part:
    """Return a part of a whole with its interval."""
    from eval.metrics.base.intervals import wilson

    low, high = wilson(count, whole) or (None, None)
    return Part(part=count, whole=whole, low=low, high=high)
