"""The few rules that speak against a claim whatever its score, each explained in words.

A veto earns its place by numbers: it refuses at most one in a hundred true sentences, and catches what the judge
lets through (`python -m eval.bench.judge_claims`).
"""

from dataclasses import dataclass
from typing import Literal

from assistant.check.pairs import Pair
from assistant.check.vetoes.copies import miscopied
from assistant.check.vetoes.figures import strange_figure
from assistant.check.vetoes.names import strange_name
from assistant.check.vetoes.sides import other_side

Weight = Literal["veto", "doubt", "caution"]


@dataclass(frozen=True, kw_only=True)
class Objection:
    """What a rule holds against a claim, in words.

    A veto refuses the claim, a doubt keeps it from being supported, and a caution asks the judge to be certain.
    """

    rule: str
    reason: str
    weight: Weight = "veto"
    contradicts: bool = False


def objections(pair: Pair) -> list[Objection]:
    """Return what the rules hold against a claim, the gravest first."""
    found = []
    context = f"{pair.question}\n{pair.context}"
    if figure := strange_figure(pair.claim, pair.evidence, context):
        told = f", but “{figure.instead}”" if figure.instead else ""
        reason = f"The evidence does not say “{figure.said}”{told}."
        weight: Weight = "veto" if figure.instead else "doubt"
        found.append(Objection(rule="figure", reason=reason, weight=weight, contradicts=weight == "veto"))
    if name := strange_name(pair.claim, pair.evidence, context):
        found.append(Objection(rule="name", reason=f"The evidence does not name “{name}”."))
    if side := other_side(pair.claim, pair.evidence):
        reason = f"The claim says of {side.claim} what the evidence says of {side.evidence}."
        weights: tuple[Weight, ...] = ("caution", "doubt", "veto")
        found.append(
            Objection(rule="side", reason=reason, weight=weights[side.sure], contradicts=side.sure == 2)
        )
    if changed := miscopied(pair.claim, pair.evidence):
        reason = f"It repeats a sentence of the evidence, with {_changed(*changed)}."
        found.append(Objection(rule="copy", reason=reason, weight="caution"))
    order = ("veto", "doubt", "caution")
    return sorted(found, key=lambda item: order.index(item.weight))


def _changed(own: str, theirs: str) -> str:
    if own and theirs:
        return f"“{own}” in place of “{theirs}”"
    return f"“{own}” added" if own else f"“{theirs}” left out"
