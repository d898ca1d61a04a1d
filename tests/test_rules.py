import pytest

from assistant.check.quotation import quoted
from assistant.check.rules.attribution import attributed
from assistant.check.rules.marks import compares_alone
from assistant.check.rules.new_words import novel
from assistant.check.rules.order.exchanged import exchanged
from assistant.check.rules.order.inverted import inverted, turned
from assistant.check.rules.rules import objections
from assistant.check.rules.windows import windows
from assistant.text.lexicon.contrasts import BUILT_IN, Contrast
from assistant.text.words import tokens


def rules(claim: str, evidence: str) -> set[str]:
    return {item.rule for item in objections(claim, windows(claim, evidence)[0])}


@pytest.mark.parametrize(
    ("claim", "evidence", "rule"),
    [
        ("Attrition was 60 %.", "Attrition was 40 per cent.", "number"),
        ("Attrition was 40 %.", "Attrition was 40 to 75 per cent.", "number"),
        ("The survey is of 2021.", "The survey is of 2020.", "number"),
        ("Training takes 3 weeks.", "Training takes 3 months.", "number"),
        ("Prices peaked in mid-2001.", "Prices peaked in mid-2002.", "number"),
        ("It covers 1,240,001 hectares.", "It covers 1,240,000 hectares.", "number"),
        ("The firm has 5,000 agents.", "The firm has over 5,000 agents.", "number"),
        ("Average FCR is 80 % and world class 70 %.", "Average FCR is 70 % and world class 80 %.", "number"),
        ("Gartner puts FCR at 70 %.", "SQM puts FCR at 70 %.", "added"),
        ("Work moved from India to Poland.", "Work moved from India to Egypt.", "added"),
        ("Clay soil drains faster than sandy soil.", "Sandy soil drains faster than clay soil.", "order"),
        ("Day guests pay less than overnight guests.", "Overnight guests pay less than day guests.", "order"),
        (
            "The small plan costs more than the large plan.",
            "The small plan has the lowest cost and the large plan the highest.",
            "mark",
        ),
        ("KPO can follow a checklist.", "KPO cannot follow a checklist.", "polarity"),
        ("BPO tasks are not easy to define.", "BPO tasks are easy to define.", "polarity"),
        ("Costs are higher in KPO.", "Costs are lower in KPO.", "polarity"),
        ("The label is reliable.", "The label is unreliable.", "added"),
        ("KPO pays more.", "It is not true that KPO pays more.", "polarity"),
        ("Fees always fall.", "Fees often fall.", "mark"),
        ("Fees will fall in 2030.", "Fees may fall in 2030.", "mark"),
        ("Fees fell in 2030.", "Fees are expected to have fallen in 2030.", "mark"),
        (
            "The market reached 60 billion dollars.",
            "The market may reach 60 billion dollars.",
            "mark",
        ),
        (
            "Attrition is higher in KPO.",
            "It is open whether attrition is higher in KPO.",
            "mark",
        ),
        ("Attrition is higher in KPO.", "Is attrition higher in KPO?", "mark"),
        ("All clients agree.", "Clients agree.", "mark"),
        ("KPO needs more expertise.", "According to the article, KPO needs more expertise.", "attribution"),
        ("KPO needs more expertise.", "KPO needs more expertise, the article says.", "attribution"),
        ("Whales sing at night.", "KPO needs more expertise.", "added"),
        ("Clients tailor solutions for providers.", "Providers tailor solutions for clients.", "order"),
        ("Coffee is grown in Assam.", "Tea is grown in Assam, whereas coffee is grown in Brazil.", "order"),
        ("Both pages speak of income.", "One of those two pages speaks of income.", "mark"),
        ("She works for the bank.", "She turned down offers to work for the bank.", "mark"),
        ("The firm cut staff.", "The firm planned to cut staff.", "mark"),
        ("Using old scripts is mandatory.", "Using old scripts is optional.", "polarity"),
        ("It is a drug-dependent effect.", "It is a drug-independent effect.", "added"),
        ("Jobs fell in South Africa.", "Jobs fell in South Africa, according to BPESA.", "attribution"),
        ("Clients prefer cheap local staff.", "Clients prefer cheap staff.", "added"),
        ("The provincial government banned it.", "The federal government of the day banned it.", "added"),
        ("IBM gave its data processing to Kodak.", "Kodak gave its data processing to IBM.", "order"),
        ("Kodak was bought by IBM in Ohio.", "Kodak bought IBM in Ohio.", "order"),
        ("Supply often outruns demand.", "Demand for experts often outruns supply.", "order"),
        ("The customer calls the agent.", "The agent calls the customer.", "order"),
        ("Rediff warned that pay fell.", "Gartner warned that pay fell; Rediff disagreed.", "order"),
    ],
)
def test_each_rule_objects(claim: str, evidence: str, rule: str) -> None:
    assert rule in rules(claim, evidence)


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("Attrition was 60%.", "Attrition was sixty per cent."),
        ("About 5,000 agents work there.", "5,000 agents work there."),
        ("The article says KPO needs more expertise.", "According to the article, KPO needs more expertise."),
        ("Service level agreements bind the provider.", "SLAs bind the provider."),
        ("Indian firms sell KPO.", "Firms in India sell KPO."),
        ("No figure exists.", "There is no figure."),
        ("Fees may fall.", "Fees could fall."),
        ("IBM was bought by Kodak.", "Kodak bought IBM."),
        ("According to Rediff, IBM sold it to Kodak.", "IBM sold it to Kodak, according to Rediff."),
        ("The European Banking Authority issued rules.", "The EBA issued rules."),
        ("Decisions can be misled by small errors.", "Small errors can mislead decisions."),
        ("The firm planned cutting staff.", "The firm planned to cut staff."),
        ("The fee follows results rather than hours.", "The fee follows results instead of hours."),
        ("The provider was paid.", "The client pays the provider."),
        ("Use is not forbidden by law.", "The law does not forbid use."),
        ("The question is not answered.", "The page gives no answer to the question."),
        (
            "The client lost its knowledge of the process.",
            "The client no longer held know-how of the process, it lost it.",
        ),
    ],
)
def test_true_restatements_meet_no_objection(claim: str, evidence: str) -> None:
    assert rules(claim, evidence) == set()


@pytest.mark.parametrize(
    ("claim", "evidence", "expected"),
    [
        ("The client paid its staff.", "The client pays its employees.", []),
        ("KPO analysts decide.", "The analysis of KPO needs decisions.", []),
        ("Information technology grows.", "IT grows.", []),
        ("The client sings to its staff.", "The client pays its employees.", ["sings"]),
        ("It is careless work.", "It is careful work.", ["careless"]),
        ("An important thing grows.", "IT grows.", ["important"]),
    ],
)
def test_novel(claim: str, evidence: str, expected: list[str]) -> None:
    assert [token.text for token in novel(claim, evidence)] == expected


def test_exchanged_names() -> None:
    told = "Klarna told Gartner of its plans."
    assert exchanged("Gartner told Klarna of its plans.", told, ()) == ("Gartner", "Klarna")
    assert exchanged(told, told, ()) is None


@pytest.mark.parametrize(
    ("claim", "evidence", "passes"),
    [
        ("BPO costs more than KPO.", "KPO costs more than BPO.", False),
        ("BPO is a part of KPO.", "Many writers treat KPO as a part of BPO.", False),
        ("KPO is routine.", "Work: | BPO: routine | KPO: expert", False),
        (
            "He counts payroll as KPO and research as BPO.",
            "He counts research as KPO and payroll as BPO.",
            False,
        ),
        ("KPO costs more than BPO.", "KPO costs more than BPO does in most years.", True),
        ("KPO is more complex than BPO.", "BPO is plain, whereas KPO firms solve complex problems.", True),
        ("BPO is more complex than KPO.", "BPO is plain, whereas KPO firms solve complex problems.", False),
        ("KPO and BPO differ in price.", "BPO and KPO differ in price.", True),
        ("He counts payroll as BPO.", "He counts research as KPO and payroll as BPO.", True),
        (
            "KPO means knowledge process outsourcing.",
            "BPO means Business Process Outsourcing, and KPO means Knowledge Process Outsourcing.",
            True,
        ),
    ],
)
def test_exchanged_subjects(claim: str, evidence: str, passes: bool) -> None:
    assert (exchanged(claim, evidence, BUILT_IN) is None) is passes


@pytest.mark.parametrize(
    ("evidence", "alone"),
    [
        ("BPO is plain. KPO firms solve complex problems.", True),
        ("BPO is plain, whereas KPO firms solve complex problems.", False),
        ("Unlike BPO, KPO is complex.", False),
        ("KPO is more complex than BPO.", False),
    ],
)
def test_evidence_that_compares_or_contrasts(evidence: str, alone: bool) -> None:
    assert compares_alone("KPO is more complex than BPO.", evidence) is alone


def test_groups_of_ones_own_can_be_given() -> None:
    fruit = Contrast(name="fruit", terms={"apple": ("apple",), "pear": ("pear",)})
    evidence = "Apples are red, while pears are green."
    assert exchanged("Pears are red.", evidence, (fruit,)) == ("Pears", "Apples")
    assert exchanged("Apples are red.", evidence, (fruit,)) is None


@pytest.mark.parametrize(
    ("claim", "same"),
    [
        ("The south route to the summit is longer than the north route.", True),
        ("The north route to the summit is longer than the south route.", False),
        ("The south route to the summit is shorter than the north route.", False),
    ],
)
def test_a_comparison_turned_round_with_the_opposite_word_says_the_same(claim: str, same: bool) -> None:
    evidence = "The north route to the summit is shorter than the south route, but it is wet."
    assert turned(tokens(claim), tokens(evidence)) is same
    contradicted = any(item.contradicts for item in objections(claim, windows(claim, evidence)[0]))
    assert contradicted is not same


def test_inverted() -> None:
    soils = "Sandy soil drains faster than clay soil, which holds more water."
    assert inverted(tokens("Sandy soil drains faster than clay soil."), tokens(soils)) is None
    assert inverted(tokens("Errors cause haste."), tokens("Haste causes errors.")) == "cause"
    assert inverted(tokens("Errors are caused by haste."), tokens("Haste causes errors.")) is None
    assert inverted(tokens("Errors cause haste."), tokens("Errors are caused by haste.")) == "cause"


def test_quoted_takes_whole_sentences_only() -> None:
    evidence = "KPO pays well. It is not true that BPO pays more. Training helps."
    assert quoted("KPO  pays well", evidence)
    assert quoted("It is not true that BPO pays more. Training helps.", evidence)
    assert not quoted("BPO pays more.", evidence)
    assert not quoted("KPO pays well. Training helps.", evidence)


def test_windows_do_not_reach_into_the_next_line() -> None:
    assert {window.sentences for window in windows("red apples", "Apples grow.\nRed paint dries.")} == {
        ("Apples grow.",),
        ("Red paint dries.",),
    }


def test_names_are_held_in_any_form() -> None:
    assert [token.text for token in novel("NASSCOM and Gartner met.", "NASSCOM met KPMG.")] == ["Gartner"]
    assert novel("The SLA binds.", "The service level agreement binds.") == ()
    assert [token.text for token in novel("The MBA binds.", "Market, business and office bind.")] == ["MBA"]


def test_attributed() -> None:
    assert attributed("BPO is routine, the article says.")
    assert attributed("NASSCOM said that costs fell.")
    assert not attributed("KPO tasks call for expertise.")
    assert not attributed("South Africa added jobs.")
