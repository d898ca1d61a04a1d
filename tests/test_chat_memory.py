from pathlib import Path

import pytest
from small_index import build

from assistant import AnswerDone, Assistant, Chat, ClaimShown, InputError, Message


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder: Path = tmp_path_factory.mktemp("data")
    return Assistant.open(build(folder))


def test_a_follow_up_is_read_with_what_was_asked_before(opened: Assistant) -> None:
    chat = opened.chat()
    assert isinstance(chat, Chat)
    chat.ask("What training does KPO need?")
    answer = chat.ask("What about BPO?")
    assert answer.read_as == "What training does BPO need?"
    assert answer.claims[0].text == "BPO needs basic training."
    assert [turn.question for turn in chat.turns] == ["What training does KPO need?", "What about BPO?"]
    assert chat.history[2:] == (
        Message(role="user", content="What about BPO?"),
        Message(role="assistant", content=" ".join(claim.text for claim in answer.claims)),
    )


def test_what_was_declined_is_remembered_with_the_reason(opened: Assistant) -> None:
    chat = opened.chat()
    chat.ask("How do I bake sourdough bread?")
    assert chat.history[1].content == "The question is not about what these articles cover."


def test_two_conversations_share_nothing_and_clear_forgets(opened: Assistant) -> None:
    one, other = opened.chat(), opened.chat()
    one.ask("What training does KPO need?")
    assert (len(one.turns), other.turns, other.history) == (1, (), ())
    one.clear()
    assert (one.turns, one.history) == ((), ())
    assert one.ask("What about BPO?").read_as != "What training does BPO need?"


def test_a_stream_is_remembered_at_its_end(opened: Assistant) -> None:
    chat = opened.chat()
    seen = []
    for event in chat.ask_stream("What does KPO stand for?"):
        seen.append(type(event))
        assert len(chat.turns) == (1 if isinstance(event, AnswerDone) else 0)
    assert (seen[0], seen[-1], len(chat.turns)) == (ClaimShown, AnswerDone, 1)


def test_a_turn_that_fails_or_is_left_leaves_the_memory_as_it_was(opened: Assistant) -> None:
    chat = opened.chat()
    chat.ask("What training does KPO need?")
    before = chat.history
    with pytest.raises(InputError, match="empty"):
        chat.ask(" ")
    stream = chat.ask_stream("What does KPO stand for?")
    next(stream)
    stream.close()
    assert chat.history == before
    assert chat.ask("What about BPO?").read_as == "What training does BPO need?"


def test_a_conversation_is_shown_turn_by_turn_and_its_text_is_no_markup(opened: Assistant) -> None:
    chat = opened.chat()
    assert str(chat) == repr(chat) == "Nothing has been asked yet."
    chat.ask("What does KPO stand for?")
    chat.ask("What is <b>KPO</b>?\x1b[31m")
    lines = str(chat).splitlines()
    assert lines[0] == "> What does KPO stand for?"
    assert lines[2] == '"KPO stands for Knowledge Process Outsourcing." [1]'
    assert "\x1b" not in str(chat)
    assert "<b>KPO</b>" not in chat._repr_html_()
    assert chat._repr_markdown_().startswith(r"**What does KPO stand for\?**")
