"""Claims of right answers are broken on purpose and checked again as `bpo-kpo verify` would."""

from collections.abc import Sequence

import pytest
from helpers import embedded_checker, settings_in
from runs import answer, case, citation, claim, row

from assistant.answer.recheck import recheck
from assistant.check.checker import EvidenceChecker
from assistant.check.pairs import Pair
from assistant.core.types import Answer, Claim, Judgement
from assistant.index.store import Store
from assistant.models.embedder.load import load_embedder
from eval.judges.mutants import KINDS, make
from eval.run.types import Mutant, Row
from ingest.index import build_index

STAFF = "KPO needs analysts with long training, whereas BPO relies on agents with scripts."
COST = "In 2012 about 40 per cent of the buyers were charged more than planned."
FIRM = "Genpact sold its Gurgaon centre before Wipro arrived."
NAMES = (
    "It was Genpact that hired, and Wipro left. Nobody missed the Gurgaon centre, but Wipro did miss Genpact."
)
SHIPS = "A tanker carries mineral oil to seven distant harbours."


class Asked:
    """The real checker, with a count of its calls."""

    def __init__(self, checker: EvidenceChecker) -> None:
        self.name = checker.name
        self.checker = checker
        self.calls = 0

    def check(self, pairs: Sequence[Pair]) -> list[Judgement]:
        self.calls += 1
        return self.checker.check(pairs)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("index")
    articles = folder / "articles"
    articles.mkdir()
    (articles / "staff.txt").write_text(f"{STAFF}\n\n{COST}\n\n{FIRM} {NAMES}\n", encoding="utf-8")
    (articles / "ships.txt").write_text(f"{SHIPS}\n", encoding="utf-8")
    settings = settings_in(folder, embedder="all-MiniLM-L6-v2")
    embedder = load_embedder(settings)
    build_index(settings, embedder, [str(articles)])
    return Store.open(settings, embedder)


@pytest.fixture(scope="module")
def checker(store: Store) -> EvidenceChecker:
    return embedded_checker()


def quoting(store: Store, *texts: str, claims: tuple[Claim, ...] = ()) -> Answer:
    """Return an answer that quotes sentences of the stored documents where they stand."""
    quotes = []
    for text in texts:
        doc_id, entry = next(
            (doc_id, store.document(doc_id))
            for doc_id in sorted(store.manifest.documents)
            if text in store.document(doc_id).text
        )
        quotes.append((doc_id, entry.text.index(text), text))
    return answer(*quotes, claims=claims) if claims else answer(*quotes)


def rows_of(store: Store) -> list[Row]:
    return [
        row(case("staff"), quoting(store, STAFF, COST)),
        row(case("firm"), quoting(store, FIRM)),
        row(case("ships"), quoting(store, SHIPS)),
    ]


def texts_of(mutants: Sequence[Mutant], case_id: str, claim: int = 0) -> dict[str, str]:
    return {item.kind: item.text for item in mutants if (item.case_id, item.claim) == (case_id, claim)}


@pytest.fixture(scope="module")
def mutants(store: Store, checker: EvidenceChecker) -> list[Mutant]:
    return make(rows_of(store), checker, store.document, 7)


def test_each_claim_is_broken_at_most_once_in_every_way_that_fits_it(mutants: list[Mutant]) -> None:
    staff, cost, firm = texts_of(mutants, "staff"), texts_of(mutants, "staff", 1), texts_of(mutants, "firm")
    assert staff["untouched"] == STAFF
    assert staff["subject exchanged"] == (
        "BPO needs analysts with long training, whereas KPO relies on agents with scripts."
    )
    assert cost["negation"] == "In 2012 about 40 per cent of the buyers were not charged more than planned."
    assert cost["direction turned"] == COST.replace("more", "less")
    assert set(cost) >= {"number changed", "year changed"}
    assert cost["number changed"].startswith("In 2012 about ") and " 40 " not in cost["number changed"]
    assert cost["year changed"].endswith(COST[7:]) and "2012" not in cost["year changed"]
    assert firm["two names exchanged"] == "Gurgaon sold its Genpact centre before Wipro arrived."
    assert firm["direction turned"] == FIRM.replace("before", "after")
    kinds = [(item.case_id, item.claim, item.kind) for item in mutants]
    assert len(set(kinds)) == len(kinds)
    assert {item.kind for item in mutants} <= set(KINDS)


def test_what_is_broken_is_refused_and_what_is_not_passes(mutants: list[Mutant]) -> None:
    assert [item.kind for item in mutants if item.refused == (item.kind == "untouched")] == []
    assert len([item for item in mutants if item.kind == "untouched"]) == 4


def test_a_wrong_citation_is_a_sentence_of_another_document(mutants: list[Mutant]) -> None:
    moved = {(item.case_id, item.claim): item for item in mutants if item.kind == "wrong citation"}
    assert (moved["staff", 0].text, moved["staff", 0].quote) == (STAFF, SHIPS)
    assert moved["ships", 0].text == SHIPS
    assert moved["ships", 0].quote in (STAFF, COST, FIRM)


def test_an_altered_quote_is_refused_though_the_claim_follows_it(
    store: Store, checker: EvidenceChecker, mutants: list[Mutant]
) -> None:
    altered = next(item for item in mutants if item.kind == "quote altered" and item.case_id == "ships")
    assert altered.text == altered.quote != SHIPS
    differing = [
        pair for pair in zip(SHIPS.split(), altered.quote.split(), strict=True) if pair[0] != pair[1]
    ]
    assert len(differing) == 1
    assert checker.check([Pair(claim=altered.text, evidence=altered.quote)])[0].verdict == "supported"
    assert altered.refused


def test_an_altered_word_is_one_the_evidence_does_not_hold(mutants: list[Mutant]) -> None:
    altered = next(item for item in mutants if item.kind == "claim word altered" and item.case_id == "ships")
    new = set(altered.text.split()) - set(SHIPS.split())
    assert len(new) == 1
    assert altered.quote == SHIPS


def test_the_verdict_is_that_of_a_saved_answer_checked_again(
    store: Store, checker: EvidenceChecker, mutants: list[Mutant]
) -> None:
    for item in mutants:
        if item.kind in ("untouched", "negation", "subject exchanged"):
            asked = next(row for row in rows_of(store) if row.case.id == item.case_id).answer
            assert asked is not None
            saved = asked.to_dict()
            saved["claims"] = [saved["claims"][item.claim] | {"text": item.text}]
            assert recheck(saved, store, checker).holds is not item.refused


def test_a_restated_claim_may_be_refused_untouched(store: Store, checker: EvidenceChecker) -> None:
    """What rests on no rule but the wording is told from its neighbour: the restatement passes, the other fails."""
    good = claim("KPO requires analysts with long training.", 1, origin="model")
    bad = claim("KPO pays analysts a bonus for patents.", 1, origin="model")
    found = make([row(case("one"), quoting(store, STAFF, claims=(good, bad)))], checker, store.document, 7)
    untouched = {item.claim: item.refused for item in found if item.kind == "untouched"}
    assert untouched == {0: False, 1: True}


def test_two_halves_may_rest_on_a_quote_each(store: Store, checker: EvidenceChecker) -> None:
    said = "A tanker carries mineral oil, while about 40 per cent of the buyers were charged more than planned in 2012."
    joint = claim(said, 1, 2, origin="model")
    found = make([row(case("one"), quoting(store, SHIPS, COST, claims=(joint,)))], checker, store.document, 7)
    assert {item.kind: item.refused for item in found}["untouched"] is False
    assert found[0].quote == f"{SHIPS}\n{COST}"


def test_the_order_of_the_rows_changes_nothing_and_the_seed_does(
    store: Store, checker: EvidenceChecker, mutants: list[Mutant]
) -> None:
    assert make(rows_of(store)[::-1], checker, store.document, 7) == mutants
    assert make(rows_of(store), checker, store.document, 8) != mutants
    assert [item.case_id for item in mutants] == sorted(item.case_id for item in mutants)


def test_the_checker_is_asked_in_one_batch(store: Store, checker: EvidenceChecker) -> None:
    asked = Asked(checker)
    assert len(make(rows_of(store), asked, store.document, 7)) > 20
    assert asked.calls == 1


def test_equal_claims_are_taken_once_and_claims_without_citations_not_at_all(
    store: Store, checker: EvidenceChecker
) -> None:
    rows = [
        row(case("b"), quoting(store, SHIPS)),
        row(case("a"), quoting(store, SHIPS)),
        row(case("plain"), answer(claims=(claim("Ships sail."), claim("Oil burns.", 9)), reason=None)),
        row(case("none", answerable=False), answer()),
        row(case("failed"), None),
    ]
    assert {item.case_id for item in make(rows, checker, store.document, 7)} == {"a"}
    assert make([], checker, store.document, 7) == []


def test_a_document_the_index_no_longer_holds_fails_the_untouched_claim(
    store: Store, checker: EvidenceChecker
) -> None:
    gone = answer(claims=(claim(SHIPS, 1),), citations=(citation(1, ("gone", 0, SHIPS)),))
    found = make([row(case("one"), gone)], checker, store.document, 7)
    assert [item.refused for item in found if item.kind == "untouched"] == [True]
