"""Make the judge's training examples out of public sets, hand-written claims and real sentences broken on purpose.

Every example is a claim, evidence of one to five sentences, and the question where it is known. No document of the
question sets, the drafts or the bundled corpus takes part.
"""

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from assistant.models.reader.tokens import narrow
from assistant.text.sentences import sentence_spans
from eval.train.reader.claims import LABELS, NOT_SUPPORTED, Claim, changed
from eval.train.reader.claims import broken as break_sentences
from eval.train.reader.data import lines
from eval.train.reader.example import Span

# rows taken of each set in one round; the reader's grounding head, which judges evaluations, saw none of these sets
MORE = {
    "vitaminc": 55_000, "te_protocols": 22_000, "wanli_15k": 15_000, "fever_athnlp": 12_000, "semi_auto_nli": 12_000,
    "infotabs": 9_000, "negations": 6_000, "inli": 9_000, "feverous_dev": 3_000, "fm2": 2_600, "citint": 1_200,
    "evidence_inference": 2_500, "propsegment": 1_051, "halueval_1k": 2_000,
}  # fmt: skip
PROSE = {
    "squadshifts": ("reading_more", 1200),
    "medquad": ("reading_more", 400),
    "policyqa": ("reading", 500),
}
BINARY = ("halueval_1k", "propsegment")
EITHER = {"supported": 0, "contradicted": NOT_SUPPORTED, "unsupported": NOT_SUPPORTED}
NEIGHBOURS = 0.45  # share of cases with short evidence that get other sentences beside it
JOINED = 0.10  # share of cases whose claim is joined with another true one
LONG = 60  # words of evidence that is not short
TOGETHER = 10  # claims on one piece of evidence in a row
ALIKE = 0.6  # from which a false claim is a true one with a change, which is then known


@dataclass(frozen=True, kw_only=True)
class Case:
    """A claim beside its evidence, a label (0 supported, 1 contradicted, 2 unsupported, 3 one of the last two), its set."""

    claim: str
    evidence: str
    label: int
    source: str
    question: str = ""
    wrong: tuple[Span, ...] | None = None  # characters of the claim without support; None: unknown


@dataclass(frozen=True, kw_only=True)
class Group:
    """Cases on one piece of evidence, read together; `asked`: they are questions put to a sentence."""

    evidence: str
    question: str
    cases: tuple[Case, ...]
    asked: bool = False


def groups(cases: Sequence[Case], rng: random.Random) -> list[Group]:
    """Put cases on the same evidence together, TOGETHER at most, in a chance order."""
    found: dict[tuple[str, str], list[Case]] = defaultdict(list)
    for case in cases:
        found[case.evidence, case.question].append(case)
    made = []
    for (evidence, question), own in found.items():
        rng.shuffle(own)
        for at in range(0, len(own), TOGETHER):
            made.append(Group(evidence=evidence, question=question, cases=tuple(own[at : at + TOGETHER])))
    return made


def general(data: Path, rng: random.Random) -> list[Case]:
    """Return one round of cases from all public sets, composed to evidence of one to five sentences."""
    found: list[Case] = []
    for name, count in MORE.items():
        rows = list(lines(data / "claims_more" / f"{name}.jsonl.gz"))
        rows = [row for row in rows if row.get("kind") != "implied_entailment" and row["evidence"].strip()]
        rows = rng.sample(rows, min(count, len(rows)))
        found += composed([_case(name, row) for row in rows], rows, rng)
        if name == "negations":  # it holds contradictions alone: each evidence also supports itself
            found += [
                Case(claim=row["evidence"], evidence=row["evidence"], label=0, source=name) for row in rows
            ]
        if name == "evidence_inference":
            found += [turned for row in rows if (turned := _reversed(row))]
    return found


def broken(data: Path, rng: random.Random) -> list[Case]:
    """Return sentences of real prose, true and broken, beside their neighbours."""
    found: list[Case] = []
    for name, (folder, count) in PROSE.items():
        path = next((data / folder).glob(f"{name}.jsonl*"))
        texts = sorted({row.get("passage") or row["context"] for row in lines(path)})
        for text in rng.sample(texts, min(count, len(texts))):
            sentences = [text[a:b] for a, b in sentence_spans(text)][:12]
            found += [_from(item, name) for item in break_sentences(sentences, rng)]
    return found


def written(path: Path, pieces: Mapping[str, Sequence[str]], rng: random.Random) -> list[Case]:
    """Return the hand-written claims of one file; a row names its piece of evidence or holds its own.

    The evidence's lines are shuffled at times, the question is left out at times.
    """
    found: list[Case] = []
    for row in lines(path):
        evidence = list(row.get("evidence") or pieces[row["id"]])
        if rng.random() < 0.3:
            rng.shuffle(evidence)
        words = (" " if rng.random() < 0.25 else "\n").join(evidence)
        question = row.get("question", "") if rng.random() < 0.6 else ""
        true = [claim["c"] for claim in row["claims"] if claim["l"] == "s"]
        for claim in row["claims"]:
            supported = claim["l"] == "s"
            found.append(
                Case(
                    claim=claim["c"],
                    evidence=words,
                    label=0 if supported else NOT_SUPPORTED,
                    source="written",
                    question=question,
                    wrong=() if supported else _against(claim["c"], true),
                )
            )
    return found


def _against(false: str, true: Sequence[str]) -> tuple[Span, ...] | None:
    """Return where a false claim differs from the true one it is a twin of; None where it has none."""
    own = false.split()
    ratio, nearest = max(
        ((SequenceMatcher(None, text.split(), own, autojunk=False).ratio(), text) for text in true),
        default=(0.0, ""),
    )
    return changed(nearest, false) or None if ratio >= ALIKE else None


def _case(name: str, row: dict[str, Any]) -> Case:
    label = (EITHER if name in BINARY else LABELS)[row["label"]]
    claim, question = row["claim"], ""
    if name == "halueval_1k" and "? " in claim:
        question, _, claim = claim.partition("? ")
        question += "?"
    wrong: tuple[Span, ...] | None = () if label == 0 else None
    if name == "negations":
        wrong = changed(row["evidence"], claim) or None
    evidence = narrow(claim, row["evidence"])
    return Case(claim=claim, evidence=evidence, label=label, source=name, question=question, wrong=wrong)


def _from(item: Claim, source: str) -> Case:
    evidence = narrow(item.claim, item.evidence)
    return Case(claim=item.claim, evidence=evidence, label=item.label, source=source, wrong=item.wrong)


def composed(cases: Sequence[Case], rows: Sequence[dict[str, Any]], rng: random.Random) -> list[Case]:
    """Put short evidence beside sentences from elsewhere, of the same page where the set tells it; join some claims.

    Claims on the same evidence keep the same.
    """
    pages: dict[str, list[tuple[Any, str]]] = defaultdict(list)
    for row in rows:
        if row.get("page"):
            pages[row["page"]].append((row.get("case"), row["evidence"]))
    short = [case for case in cases if len(case.evidence.split()) <= LONG and "\n" not in case.evidence]
    true = [case for case in short if case.label == 0]
    found: list[Case] = []
    made: dict[str, str] = {}
    for case, row in zip(cases, rows, strict=True):
        if len(case.evidence.split()) > LONG or "\n" in case.evidence or len(short) < 50:
            found.append(case)
        elif rng.random() < JOINED and true:
            found.append(_joined(case, rng.choice(true), rng))
        else:
            if case.evidence not in made:
                of_page = pages.get(row.get("page") or "", ())
                near = [
                    text for group, text in of_page if group != row.get("case") and len(text.split()) <= LONG
                ]
                made[case.evidence] = _beside(case.evidence, near, short, rng)
            found.append(replace(case, evidence=made[case.evidence]))
    return found


def _beside(evidence: str, near: Sequence[str], short: Sequence[Case], rng: random.Random) -> str:
    """Return evidence as it is or, at times, among one to three other sentences."""
    if rng.random() >= NEIGHBOURS:
        return evidence
    pool = near or [item.evidence for item in rng.sample(short, 3)]
    texts = list(dict.fromkeys([evidence, *rng.sample(pool, min(rng.choice([1, 1, 2, 3]), len(pool)))]))
    rng.shuffle(texts)
    return "\n".join(texts)


def _joined(case: Case, other: Case, rng: random.Random) -> Case:
    """Join a claim with a true one and the evidence of both: still true only where both are."""
    first, second = (case, other) if rng.random() < 0.5 else (other, case)
    texts = [first.evidence, second.evidence]
    if rng.random() < 0.5:
        texts.reverse()
    claim = f"{first.claim.rstrip('. ')}{rng.choice(['. ', '; ', ', and ', ', while '])}{second.claim}"
    return Case(claim=claim, evidence="\n".join(texts), label=case.label, source=case.source, wrong=None)


def _reversed(row: dict[str, Any]) -> Case | None:
    """Turn the direction of a true finding of a trial."""
    for old, new in (
        ("significant increase", "significant decrease"),
        ("significant decrease", "significant increase"),
        ("no significant difference", "a significant increase"),
    ):
        if old in row["claim"]:
            claim = row["claim"].replace(old, new, 1)
            return Case(claim=claim, evidence=row["evidence"], label=1, source="evidence_inference")
    return None


def pieces_of(data: Path, paths: Sequence[Path]) -> dict[str, list[str]]:
    """Return the sentences of public passages that claims of these files were written about, by their ids.

    An id names the set, the row of its file and the characters of the passage: "medquad:12:0-180".
    """
    wanted: dict[str, set[int]] = defaultdict(set)
    ids = {row["id"] for path in paths for row in lines(path) if "evidence" not in row}
    for name, at, _ in (item.split(":") for item in ids):
        wanted[name].add(int(at))
    texts: dict[tuple[str, int], str] = {}
    for name, rows in wanted.items():
        path = next(
            path for folder in ("reading", "reading_more") for path in (data / folder).glob(f"{name}.jsonl*")
        )
        for at, row in enumerate(lines(path)):
            if at in rows:
                texts[name, at] = row.get("passage") or row["context"]
    found = {}
    for item in ids:
        name, at, place = item.split(":")
        begin, _, end = place.partition("-")
        text = texts[name, int(at)][int(begin) : int(end)]
        found[item] = [text[a:b] for a, b in sentence_spans(text)]
    return found
