"""What a build made, what it dropped and why."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval.run.types import Case

ANSWERABLE = (
    "definition", "abbreviation", "figure", "year", "who", "cause", "statement", "list", "heading", "written",
)  # fmt: skip
UNANSWERABLE = ("near-miss", "held-out", "swapped")
KINDS = (*ANSWERABLE, "perturbed", *UNANSWERABLE)
WRITTEN = "Those with an answer were written and checked by {}: read some of them before you trust a figure."
SHOWN = 2  # examples for a reason
EASIER = "They use the words of the articles, and are easier than what people ask: add questions that people asked."


@dataclass(frozen=True, kw_only=True)
class Built:
    """The cases made, and for each reason the questions that were dropped, "" for one that has no words.

    `left` counts the sound ones that were left out only because there were enough; `writer` names the model that wrote
    the answerable questions, "" where they were made from the sentences themselves.
    """

    cases: Sequence[Case]
    dropped: Mapping[str, Sequence[str]]
    left: int = 0
    writer: str = ""

    def lines(self) -> list[str]:
        """Return what was made, dropped and why as lines of text."""
        counts = Counter(case.kind for case in self.cases)
        answerable = sum(case.answerable for case in self.cases)
        noun = "case" if len(self.cases) == 1 else "cases"
        lines = [
            f"{len(self.cases)} {noun} made: {answerable} answerable, {len(self.cases) - answerable} not."
        ]
        lines += [f"  {kind:14}{counts[kind]:5}" for kind in KINDS if counts[kind]]
        lines.append(WRITTEN.format(self.writer) if self.writer else EASIER)
        empty = [kind for kind in KINDS if not counts[kind] and kind != "written"]
        if empty and not self.writer:
            lines.append(f"None of these kinds could be made: {', '.join(empty)}.")
        if self.left:
            lines.append(f"{self.left} more were sound and left out, as there were enough of their kind.")
        if self.dropped:
            lines.append(f"{sum(map(len, self.dropped.values()))} dropped:")
        for reason, items in sorted(self.dropped.items(), key=lambda item: (-len(item[1]), item[0])):
            shown = "; ".join([item for item in items if item][:SHOWN])
            lines.append(f"  {len(items):5}  {reason}" + (f" ({shown})" if shown else ""))
        return lines
