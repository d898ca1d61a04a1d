"""The form an answer is wanted in is read, and the question is left without those words."""

import pytest

from assistant.question.form import Form, both_sides, read_form


@pytest.mark.parametrize(
    ("typed", "question", "form"),
    [
        ("How big is the KPO market?", "How big is the KPO market?", Form()),
        (
            "summarise the exit plan in three bullets",
            "What is the exit plan?",
            Form(shape="bullets", count=3, summary=True),
        ),
        ("an overview of pricing", "Pricing", Form(shape="paragraph", summary=True)),
        (
            "I'm new to this: explain in one sentence what RPA is",
            "What RPA is?",
            Form(shape="sentences", count=1),
        ),
        ("I am totally new to this, what is RPA?", "What is RPA?", Form(shape="simple")),
        ("In one sentence, what is an SLA?", "What is an SLA?", Form(shape="sentences", count=1)),
        ("What is KPO? Answer in two sentences.", "What is KPO?", Form(shape="sentences", count=2)),
        (
            "give me a short paragraph on lock-in I can paste in a report",
            "Lock-in",
            Form(shape="paragraph"),
        ),
        (
            "Write me a short paragraph I can paste into a memo about service credits",
            "Service credits",
            Form(shape="paragraph"),
        ),
        (
            "What's good and what's bad about captives?",
            "What are the advantages and disadvantages of captives?",
            Form(),
        ),
        ("explain RPA like I am new to this", "What is RPA?", Form(shape="simple")),
        ("Explain KPO to a ten year old", "What is KPO?", Form(shape="simple")),
        ("Is the course free for kids?", "Is the course free for kids?", Form()),
        ("What is BPO in simple terms?", "What is BPO?", Form(shape="simple")),
        (
            "Give me five examples of KPO work",
            "What are examples of KPO work?",
            Form(shape="bullets", count=5),
        ),
        ("List the challenges of KPO", "What are the challenges of KPO?", Form(shape="bullets")),
        ("pricing models pls", "Pricing models", Form()),
        (
            "What are three risks of outsourcing?",
            "What are risks of outsourcing?",
            Form(shape="bullets", count=3),
        ),
        ("a table of FTE and unit prices", "FTE and unit prices", Form(shape="table")),
        (
            "Which lines are blurred in a table of contents?",
            "Which lines are blurred in a table of contents?",
            Form(),
        ),
        ("ok and how long does it take?", "And how long does it take?", Form()),
        ("Thanks! What is an SLA?", "What is an SLA?", Form()),
        ("ok boomer", "ok boomer", Form()),
        ("in 3 bullets", "in 3 bullets", Form(shape="bullets", count=3)),
    ],
)
def test_forms_are_read(typed: str, question: str, form: Form) -> None:
    assert read_form(typed) == (question, form)


def test_both_sides_are_two_questions() -> None:
    assert both_sides("What are the pros and cons of KPO?") == (
        "What are the advantages of KPO?",
        "What are the disadvantages of KPO?",
    )
    assert both_sides("What are the advantages of KPO?") is None
