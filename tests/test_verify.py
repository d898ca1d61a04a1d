import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from langchain_core.embeddings import Embeddings

from assistant.verify import Pair, RuleChecker

EVIDENCE = (
    "BPO tasks are easy to define and need only basic training, whereas KPO tasks call for more expertise. "
    "The benchmark firm SQM puts average FCR at 70 per cent."
)
CHECKER = RuleChecker(None)
LINES = (Path(__file__).parent / "paraphrases.jsonl").read_text("utf-8").splitlines()
PARAPHRASES = [Pair(**json.loads(line)) for line in LINES]  # honest ones of corpus sentences, written by hand


def swapped(text: str) -> str:
    text = text.replace("BPO", "#").replace("KPO", "BPO").replace("#", "KPO")
    text = text.replace("usiness process", "#").replace("nowledge process", "usiness process")
    return text.replace("#", "nowledge process")


def verdict(claim: str, evidence: str = EVIDENCE) -> str:
    return CHECKER.check([Pair(claim=claim, evidence=evidence)])[0].verdict


def test_whole_sentences_are_supported_with_certainty() -> None:
    judged = CHECKER.check(
        [Pair(claim="The benchmark firm SQM puts average FCR at 70 per cent", evidence=EVIDENCE)]
    )
    assert (judged[0].verdict, judged[0].score) == ("supported", 1.0)


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("BPO tasks are easy to define.", "supported"),
        ("KPO tasks call for expertise.", "supported"),
        ("BPO tasks call for more expertise.", "contradicted"),
        ("SQM puts average FCR at 80 per cent.", "contradicted"),
        ("BPO tasks are hard to define.", "contradicted"),
        ("Gartner puts average FCR at 70 per cent.", "unsupported"),
        ("Whales sing at night.", "unsupported"),
        ("KPO tasks call for more expertise. BPO tasks call for more expertise.", "contradicted"),
        ("", "unjudged"),
        ("\u77e5\u8b58 12", "unjudged"),
    ],
)
def test_verdicts(claim: str, expected: str) -> None:
    assert verdict(claim) == expected


def test_no_evidence_cannot_be_judged() -> None:
    assert verdict("BPO tasks are easy.", "") == "unjudged"


def test_a_reason_names_both_figures() -> None:
    judged = CHECKER.check([Pair(claim="SQM puts average FCR at 60 %.", evidence=EVIDENCE)])[0]
    assert judged.reasons[0] == "The claim says 60 %, the evidence says 70 %."
    assert judged.score <= 0.05


def test_order_is_kept() -> None:
    pairs = [
        Pair(claim="", evidence=EVIDENCE),
        Pair(claim="BPO tasks are easy to define.", evidence=EVIDENCE),
    ]
    assert [item.verdict for item in CHECKER.check(pairs)] == ["unjudged", "supported"]
    assert CHECKER.check([]) == []


def test_min_support_withholds_what_scores_lower() -> None:
    strict = RuleChecker(None, min_support=0.9999)
    judged = strict.check([Pair(claim="BPO tasks are easy to define.", evidence=EVIDENCE)])[0]
    assert judged.verdict == "unsupported"


def test_honest_paraphrases_mostly_pass() -> None:
    judged = CHECKER.check(PARAPHRASES)
    passed = sum(item.verdict == "supported" for item in judged)
    assert len(PARAPHRASES) >= 40
    assert passed >= 0.75 * len(PARAPHRASES)


def test_paraphrases_with_exchanged_subjects_never_pass() -> None:
    pairs = [Pair(claim=swapped(pair.claim), evidence=pair.evidence) for pair in PARAPHRASES]
    pairs = [new for new, old in zip(pairs, PARAPHRASES, strict=True) if new.claim != old.claim]
    assert len(pairs) >= 15
    assert [
        pair.claim
        for pair, item in zip(pairs, CHECKER.check(pairs), strict=True)
        if item.verdict == "supported"
    ] == []


class Fixed(Embeddings):
    """Embeds every text alike and counts the calls."""

    def __init__(self) -> None:
        self.batches: list[Sequence[str]] = []

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.batches.append(texts)
        return [[1.0, 0.0] for _ in texts]

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]


def test_all_texts_are_embedded_in_one_batch_without_repeats() -> None:
    embedder = Fixed()
    pairs = [
        Pair(claim=claim, evidence=EVIDENCE) for claim in ("BPO tasks are easy.", "KPO calls for expertise.")
    ]
    RuleChecker(embedder).check(pairs)
    assert len(embedder.batches) == 1
    assert len(set(embedder.batches[0])) == len(embedder.batches[0])


def test_a_quotation_needs_no_embedding() -> None:
    embedder = Fixed()
    RuleChecker(embedder).check([Pair(claim=EVIDENCE, evidence=EVIDENCE)])
    assert embedder.batches == []
