from assistant.check.statement import assumed


def test_a_why_question_takes_a_statement_for_granted() -> None:
    assert assumed("Why is BPO more complex than KPO?") == "BPO is more complex than KPO."
    assert assumed("Why does KPO need basic training?") == "KPO does need basic training."
    assert assumed("What is KPO?") is None
