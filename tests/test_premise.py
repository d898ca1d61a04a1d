from assistant.premise import assumed
from assistant.statement import exchanges


def test_a_why_question_takes_a_statement_for_granted() -> None:
    assert assumed("Why is BPO more complex than KPO?") == "BPO is more complex than KPO."
    assert assumed("Why does KPO need basic training?") == "KPO need basic training."
    assert assumed("What is KPO?") is None


def test_contrasted_terms_are_exchanged() -> None:
    assert exchanges("BPO is more complex than KPO.") == ["KPO is more complex than BPO."]
    assert exchanges("KPO need basic training.")[0] == "BPO need basic training."
    assert exchanges("A captive costs less.") == ["A third-party costs less."]
    assert exchanges("Payroll costs less.") == []
