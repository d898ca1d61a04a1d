from pathlib import Path

import pytest
from helpers import embedded_checker
from langchain_core.documents import Document as Retrieved
from small_index import build, scripted

from assistant.answer.chains.check_answer import CheckAnswer
from assistant.assistant import Assistant
from assistant.check.pairs import Pair
from assistant.core.types import Passage
from assistant.text.disclaimers.kept import sentences_of, unframed
from assistant.text.disclaimers.lead_ins import kind_of

ARTICLE = """---
title: Harbours
---
# Harbours

The harbour of Vell opened in 1904.

## Common errors about ports

- Ports are cheap.
- Ports are quiet.

## Prices

It is a myth that:

- Cranes are cheap.
- Cranes are quiet.

The main challenges are:

- Pilots are rare.
- Tugs are old.

If the tide is low:

1. Ships wait outside.
2. The lock is closed.

## KPO

People wrongly believe:

- KPO is cheap.
- KPO is easy.
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("harbours")


@pytest.fixture(scope="module")
def assistant(folder: Path) -> Assistant:
    return Assistant.open(build(folder, ARTICLE))


def shown(assistant: Assistant, question: str) -> list[str]:
    answer = assistant.ask(question)
    for citation in answer.citations:
        text = assistant.document(citation.doc_id).text
        assert text[citation.start : citation.end] == citation.quote
    return [" ".join(claim.text.split()) for claim in answer.claims]


@pytest.mark.parametrize(
    ("question", "texts"),
    [
        ("Are ports cheap?", []),
        ("Are cranes cheap?", ["It is a myth that: Cranes are cheap. Cranes are quiet."]),
        ("Is KPO cheap?", ["People wrongly believe: KPO is cheap. KPO is easy."]),
        ("Do ships wait outside?", ["If the tide is low: 1. Ships wait outside. 2. The lock is closed."]),
        ("Are pilots rare?", ["Pilots are rare."]),
    ],
)
def test_an_item_is_shown_with_the_line_that_takes_it_back(
    assistant: Assistant, question: str, texts: list[str]
) -> None:
    assert shown(assistant, question) == texts


def test_a_list_of_errors_says_nothing_to_a_yes_or_no_question(assistant: Assistant) -> None:
    assert [claim.says for claim in assistant.ask("Is KPO cheap?").claims] == [None]


def test_a_question_for_the_errors_gets_them_and_the_heading_they_stand_under(assistant: Assistant) -> None:
    question = "What are the common errors about ports?"
    assert shown(assistant, question) == ["Ports are cheap.", "Ports are quiet."]
    assert assistant.ask(question).notices == (
        "This stands in the article under “Common errors about ports”, not as its own statement.",
    )


def test_a_draft_without_the_lead_in_is_withheld(assistant: Assistant, folder: Path) -> None:
    model = scripted(folder, "Cranes are cheap [1].")
    settings = assistant.settings.model_copy(update={"model": model})
    answer = Assistant.open(settings).ask("Are cranes cheap?")
    assert [item.text for item in answer.withheld] == ["Cranes are cheap."]
    assert [claim.origin for claim in answer.claims] == ["quote"]


@pytest.mark.parametrize(
    ("words", "heading", "kind"),
    [
        ("Myths", True, "denied"),
        ("Common errors about ports", True, "denied"),
        ("False beliefs", True, "denied"),
        ("What critics wrongly say", True, "denied"),
        ("What critics say", True, "said"),
        ("If the client leaves", True, "supposed"),
        ("Before 2010", True, "past"),
        ("What to avoid", True, "forbidden"),
        ("Some claim that:", False, "said"),
        ("Do not:", False, "forbidden"),
        ("Never:", False, "forbidden"),
        ("Avoid:", False, "forbidden"),
        ("The price does not include:", False, "forbidden"),
        ("The fee is due only if:", False, "supposed"),
        ("Before signing:", False, "past"),
        ("Myth 1: Ports are cheap", True, None),
        ("Is it a myth that ports are cheap?", True, None),
        ("Challenges of KPO", True, None),
        ("Where sources disagree", True, None),
        ("The main challenges are:", False, None),
        ("Providers offer:", False, None),
        ("The growth rates do not match their own figures:", False, None),
        ("Clients take five steps to avoid lock-in:", False, None),
    ],
)
def test_what_a_heading_or_a_line_does_to_what_stands_below(
    words: str, heading: bool, kind: str | None
) -> None:
    assert kind_of(words, heading=heading) == kind


@pytest.mark.parametrize(
    ("claim", "evidence", "verdict"),
    [
        ("KPO is cheap.", "Common errors about KPO:\n- KPO is cheap.", "unsupported"),
        ("KPO is cheap.", "Common errors about KPO\n- KPO is easy.\n- KPO is cheap.", "unsupported"),
        ("KPO is cheap.", "# Myths\n\nKPO is cheap.\n\n# Facts\n\nKPO needs experts.", "unsupported"),
        ("KPO needs experts.", "# Myths\n\nKPO is cheap.\n\n# Facts\n\nKPO needs experts.", "supported"),
        ("KPO needs experts.", "Do not:\n- Smoke.\n\nKPO needs experts.", "supported"),
        ("KPO needs experts.", "The main points are:\n- KPO needs experts.", "supported"),
        ("If wages fall, KPO is cheap.", "If wages fall:\n- KPO is cheap.", "supported"),
        ("It is a myth that KPO is cheap.", "It is a myth that:\n- KPO is cheap.", "supported"),
        ("It is a myth that:\n\nKPO is cheap.", "It is a myth that:\n\nKPO is cheap.", "supported"),
    ],
)
def test_the_checker_reads_a_list_below_its_lead_in(claim: str, evidence: str, verdict: str) -> None:
    assert embedded_checker().check([Pair(claim=claim, evidence=evidence)])[0].verdict == verdict


def test_a_passage_or_citation_given_as_evidence_stands_below_its_heading(assistant: Assistant) -> None:
    passage = next(item for item in assistant.search("ports") if item.section == "Common errors about ports")
    assert assistant.verify("Ports are cheap.", passage).verdict == "unsupported"
    citation = assistant.ask("What are the common errors about ports?").citations[0]
    assert citation.quote == "Ports are cheap."
    assert assistant.verify("Ports are cheap.", citation).verdict == "unsupported"


def test_evidence_without_a_lead_in_stays_as_it_is() -> None:
    text = "KPO needs experts.\n\n- Pilots are rare."
    assert unframed("Pilots are rare.", text) == text


def test_sentences_of_a_passage_carry_their_lead_in_or_are_left_out() -> None:
    text = "# Ports\n\nTugs are old.\n\nNever:\n- Smoke.\n- Swim.\n\nPilots are rare.\n\n# Myths\n\nPorts are quiet."
    passage = Passage(
        chunk_id="a:0-9", doc_id="a", title="A", source="", section="", page=None, start=100, end=100 + len(text),
        score=1.0, text=text, doc_sha256="0",
    )  # fmt: skip
    found = sentences_of(passage)
    assert [item.text for item in found] == [
        "# Ports", "Tugs are old.", "Never:\n- Smoke.\n- Swim.", "Pilots are rare.", "# Myths",
    ]  # fmt: skip
    assert (found[2].start, found[2].end) == (124, 147)


def test_the_check_after_another_chain_keeps_the_lead_in() -> None:
    context = Retrieved("Common errors about KPO:\n- KPO is cheap.\n- KPO is easy.\n\nKPO needs experts.")
    answer = CheckAnswer(embedded_checker()).invoke(
        {"answer": "KPO is cheap. KPO needs experts.", "context": [context]}
    )
    assert [claim.text for claim in answer.claims] == ["KPO needs experts."]
    assert [(item.text, item.reasons) for item in answer.withheld] == [
        ("KPO is cheap.", ("The evidence says this only below a line that takes it back or limits it.",))
    ]
