"""The few rules that refuse a claim whatever a judge says, each explained in words.

A veto earns its place by numbers: it refuses at most one in a hundred true sentences in natural wording
(`python -m eval.bench.check.verify --data DIR --only drafts`), and catches what a judge may let through.
"""

from dataclasses import dataclass

from assistant.check.pairs import Pair
from assistant.check.vetoes.figures import strange_figure
from assistant.check.vetoes.names import strange_name
from assistant.check.vetoes.sides import other_side


@dataclass(frozen=True, kw_only=True)
class Objection:
    """What a rule holds against a claim, in words; a veto refuses it, a doubt keeps it from being called likely."""

    rule: str
    reason: str
    veto: bool = True
    contradicts: bool = False


def objections(pair: Pair) -> list[Objection]:
    """Return what the rules hold against a claim, vetoes first."""
    found = []
    context = f"{pair.question}\n{pair.context}"
    if figure := strange_figure(pair.claim, pair.evidence, pair.context):
        told = f", but “{figure.instead}”" if figure.instead else ""
        reason = f"The evidence does not say “{figure.said}”{told}."
        sure = bool(figure.instead) and bool(strange_figure(pair.claim, pair.evidence, context))
        found.append(Objection(rule="figure", reason=reason, veto=sure, contradicts=sure))
    if name := strange_name(pair.claim, pair.evidence, context):
        found.append(Objection(rule="name", reason=f"The evidence does not name “{name}”."))
    if sides := other_side(pair.claim, pair.evidence):
        reason = f"The evidence speaks of {sides[1]}, the claim of {sides[0]}."
        found.append(Objection(rule="side", reason=reason, contradicts=True))
    return sorted(found, key=lambda item: not item.veto)
