"""Greetings, thanks and "what can you do?" get one line, not quotations."""

import pytest

from assistant.question.smalltalk import small_talk


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Hello", "greeting"),
        ("Good morning, how are you?", "greeting"),
        ("great, thank you so much!!", "thanks"),
        ("thanks mate, that helped a lot", "thanks"),
        ("Thank you, I see it clearly now that prices differ", None),
        ("thanks, list the risks", None),
        ("bye", "goodbye"),
        ("What can you help me with?", "abilities"),
        ("Hi, what can you do?", "abilities"),
        ("hi, who are you and what can I ask you?", "abilities"),
        ("Who are you and what is BPO?", None),
        ("Hello, what is BPO?", None),
        ("thanks, and what about KPO?", None),
        ("Help me choose a vendor", None),
        ("What can a captive centre do?", None),
    ],
)
def test_small_talk_is_told_from_questions(text: str, kind: str | None) -> None:
    assert small_talk(text) == kind
