import pytest

from assistant.check.rules.subjects.binding import CONTRASTS, Contrast, clauses
from assistant.check.rules.subjects.roles import exchange

BPO, KPO = frozenset({"BPO"}), frozenset({"KPO"})
KIND = next(group for group in CONTRASTS if group.name == "kind of outsourcing")
CONTRASTED = "BPO tasks need only basic training, whereas KPO tasks call for critical thinking."


def keys(text: str) -> list[tuple[frozenset[str], ...]]:
    return [clause.key for clause in clauses(text, KIND)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("BPO is routine, while KPO is expert.", [(BPO,), (KPO,)]),
        ("BPO handles routine work, and KPO handles expert work.", [(BPO,), (KPO,)]),
        ("Aspect: work | BPO: routine | KPO: expert", [(), (BPO,), (KPO,)]),
        ("BPO and KPO both need clients.", [(BPO | KPO,)]),
        ("Unlike BPO, KPO needs experts.", [(BPO,), (KPO,)]),
        ("KPO costs more than BPO.", [(KPO, BPO)]),
        ("KPO needs judgement; it cannot follow a checklist.", [(KPO,), (KPO,)]),
        ("Business process outsourcing is routine.", [(BPO,)]),
        ("Staff are trained for weeks.", [()]),
        ("In 2015, BPO staff followed rules, whereas KPO staff did not.", [(), (BPO,), (KPO,)]),
        ("In BPO, staff follow rules, whereas in KPO they do not.", [(BPO,), (KPO,)]),
    ],
)
def test_each_clause_has_its_subject(text: str, expected: list[tuple[frozenset[str], ...]]) -> None:
    assert keys(text) == expected


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("BPO needs critical thinking.", CONTRASTED),
        ("KPO needs only basic training.", CONTRASTED),
        ("BPO costs more than KPO.", "KPO costs more than BPO."),
        ("BPO is a part of KPO.", "Many writers treat KPO as a part of BPO."),
        ("Experts work in BPO.", "Unlike BPO, KPO needs experts."),
        ("KPO is routine.", "Work: | BPO: routine | KPO: expert"),
        (
            "Knowledge process outsourcing (BPO) hires experts.",
            "Knowledge process outsourcing (KPO) hires experts.",
        ),
        ("He counts payroll as KPO and research as BPO.", "He counts research as KPO and payroll as BPO."),
        (
            "BPO tasks need thinking; KPO tasks need training.",
            "BPO tasks need training; KPO tasks need thinking.",
        ),
    ],
)
def test_exchanged_subjects_are_found(claim: str, evidence: str) -> None:
    found = exchange(claim, [evidence], KIND)
    assert found is not None
    assert found.kind == "exchanged"


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("KPO calls for critical thinking.", CONTRASTED),
        ("Basic training is enough for BPO tasks.", CONTRASTED),
        ("KPO costs more than BPO.", "KPO costs more than BPO does in most years."),
        ("KPO and BPO differ in price.", "BPO and KPO differ in price."),
        ("He counts payroll as BPO and research as KPO.", "He counts research as KPO and payroll as BPO."),
        ("KPO means knowledge process outsourcing.", "BPO means Business Process Outsourcing, and KPO means"
         " Knowledge Process Outsourcing."),
    ],
)  # fmt: skip
def test_subjects_in_their_place_pass(claim: str, evidence: str) -> None:
    assert exchange(claim, [evidence], KIND) is None


def test_a_pronoun_takes_up_the_subject_of_the_sentence_before() -> None:
    evidence = ["KPO is about judgement.", "It needs experts."]
    assert exchange("KPO needs experts.", evidence, KIND) is None
    found = exchange("BPO needs experts.", evidence, KIND)
    assert found is not None and found.kind == "unknown" and found.claim == "BPO"


def test_a_claim_without_subject_is_open_where_the_evidence_tells_two_apart() -> None:
    found = exchange("It calls for critical thinking.", [CONTRASTED], KIND)
    assert found is not None and found.evidence == "BPO and KPO"


def test_groups_of_ones_own_can_be_given() -> None:
    fruit = Contrast(name="fruit", terms={"apple": ("apple", "apples"), "pear": ("pear", "pears")})
    assert exchange("Pears are red.", ["Apples are red, while pears are green."], fruit) is not None
    assert exchange("Apples are red.", ["Apples are red, while pears are green."], fruit) is None


def test_a_verb_is_no_subject_and_an_if_clause_has_its_own() -> None:
    side = next(group for group in CONTRASTS if group.name == "side of the contract")
    assert clauses("KPO teams provide insight.", side)[0].key == ()
    found = clauses("Step-in rights help the client if the provider fails.", side)
    assert [clause.key for clause in found] == [(frozenset({"client"}),), (frozenset({"provider"}),)]
