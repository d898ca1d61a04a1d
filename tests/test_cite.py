"""A sentence rests on the evidence it names, or else on what carries it, and on no more than it needs."""

from collections.abc import Callable, Sequence

from assistant.check.cascade.cascade import CascadeChecker
from assistant.check.cite import Grounded, ground, pair_of, reconsidered
from assistant.check.pairs import Pair
from assistant.core.types import Evidence, Judgement, Passage

TEXT = "The harbour opened in 1904. It closed in 1950. A ferry sails to Moor. Pilots are rare."
SENTENCES = (
    "The harbour opened in 1904.",
    "It closed in 1950.",
    "A ferry sails to Moor.",
    "Pilots are rare.",
)


def passage(doc: str = "vell", text: str = TEXT) -> Passage:
    return Passage(
        chunk_id=f"{doc}:0-{len(text)}", doc_id=doc, title=doc.title(), source=f"{doc}.md", section="Port", page=None,
        start=0, end=len(text), score=1.0, text=text, doc_sha256=doc,
    )  # fmt: skip


def sources() -> list[Evidence]:
    whole = passage()
    return [
        Evidence(passage=whole, start=TEXT.index(s), end=TEXT.index(s) + len(s), text=s, score=1.0)
        for s in SENTENCES
    ]


class By:
    """A checker that supports a pair by what its evidence holds."""

    name = "by"

    def __init__(self, supports: Callable[[str], bool]) -> None:
        self.supports = supports
        self.seen: list[Pair] = []

    def check(self, pairs: Sequence[Pair]) -> list[Judgement]:
        self.seen += pairs
        return [
            Judgement(verdict="supported", score=0.9) if self.supports(pair.evidence)
            else Judgement(verdict="unsupported", score=0.2, reasons=("No.",))
            for pair in pairs
        ]  # fmt: skip


def texts(found: Grounded) -> list[str]:
    return [item.text for item in found.evidence]


def test_what_a_sentence_names_comes_first() -> None:
    one, _, three, _ = sources()
    found = ground(By(lambda _: True), "The ferry sails.", [one], [one, three])
    assert (found.judgement.verdict, texts(found)) == ("supported", [SENTENCES[0]])


def test_a_wrong_pointer_is_put_right() -> None:
    one, _, three, four = sources()
    found = ground(By(lambda words: "ferry" in words), "The ferry sails to Moor.", [four], [one, three, four])
    assert (found.judgement.verdict, texts(found)) == ("supported", [SENTENCES[2]])


def test_what_it_can_do_without_is_dropped() -> None:
    found = ground(By(lambda words: "1904" in words and "ferry" in words), "x", sources(), sources())
    assert texts(found) == [SENTENCES[0], SENTENCES[2]]


def test_evidence_that_points_back_is_read_with_the_sentence_before_it() -> None:
    checker = By(lambda words: words == "The harbour opened in 1904.\nIt closed in 1950.")
    found = ground(checker, "The harbour closed in 1950.", [sources()[1]], sources())
    assert texts(found) == [SENTENCES[0], SENTENCES[1]]


def test_what_nothing_carries_keeps_the_verdict_on_what_it_names() -> None:
    one, *_ = sources()
    found = ground(By(lambda _: False), "The harbour has a crane.", [one], sources())
    assert (found.judgement.verdict, texts(found)) == ("unsupported", [SENTENCES[0]])


def test_only_the_evidence_that_is_named_may_deny_a_sentence() -> None:
    """What stands near it speaks of other things: the wrong figure there says nothing of this one."""

    class Denies(By):
        def check(self, pairs: Sequence[Pair]) -> list[Judgement]:
            found = super().check(pairs)
            denied = Judgement(verdict="contradicted", score=0.05, reasons=("Another year.",), final=True)
            return [
                denied if pair.evidence == SENTENCES[1] else one
                for pair, one in zip(pairs, found, strict=True)
            ]

    one, two, *_ = sources()
    told = ground(Denies(lambda _: False), "The harbour opened in spring.", [one], sources())
    assert (told.judgement.verdict, told.judgement.final, texts(told)[0]) == (
        "unsupported",
        False,
        SENTENCES[0],
    )
    denied = ground(Denies(lambda _: False), "The harbour opened in spring.", [two], sources()[:2])
    assert (denied.judgement.verdict, denied.judgement.final) == ("contradicted", True)


def test_without_any_source_nothing_can_be_judged() -> None:
    assert ground(By(lambda _: True), "The ferry sails.", [], []).judgement.verdict == "unjudged"


def test_evidence_is_read_in_the_order_of_its_document_with_where_it_stands() -> None:
    one, _, three, _ = sources()
    pair = pair_of("x", [three, one], "Which?")
    assert pair.evidence == "The harbour opened in 1904.\nA ferry sails to Moor."
    assert (pair.question, pair.context) == ("Which?", "Vell > Port")


def test_all_in_doubt_are_reconsidered_in_one_call() -> None:
    second = By(lambda words: "1904" in words)
    cascade = CascadeChecker(By(lambda _: False), second, sure=0.5)
    found = [
        ground(cascade.first, f"Sentence {n}.", [item], [item])
        for n, item in enumerate(sources()[:3], start=1)
    ]
    told = reconsidered(cascade, found)
    assert [item.judgement.verdict for item in told] == ["supported", "unsupported", "unsupported"]
    assert len(second.seen) == 3
