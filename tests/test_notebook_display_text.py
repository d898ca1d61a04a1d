"""What `print` and a terminal of IPython show of answers, passages and the events of a stream."""

from IPython.lib import pretty as terminal
from test_notebook_display import AROUND, PASSAGES
from test_show import ANSWER, DECLINED, QUOTED

from assistant.core.types import AnswerDone, ClaimShown
from assistant.show.text import rest_text


def pretty(value: object, width: int = 79) -> str:
    """Return what IPython shows of a value in a terminal."""
    return str(terminal.pretty(value, max_width=width))  # type: ignore[no-untyped-call]


def test_printed_answers_are_text_with_footnotes() -> None:
    assert str(ANSWER) == (
        '"KPO needs experts." [1]\nExperts do KPO [1].\n\n2 sentences, all supported; 1 withheld.\n\n'
        '[1] "KPO needs experts." - About KPO, Work (p. 3), kpo.md'
    )


def test_a_terminal_is_given_text_of_its_width_and_lists_of_answers_are_indented() -> None:
    assert pretty(ANSWER, 30).splitlines()[-3:] == [
        '[1] "KPO needs experts." -',
        "    About KPO, Work (p. 3),",
        "    kpo.md",
    ]
    two = pretty([ANSWER, ANSWER]).splitlines()
    assert two[0] == '["KPO needs experts." [1]' and two[1] == " Experts do KPO [1]."
    assert pretty(PASSAGES) == str(PASSAGES) and pretty(AROUND) == str(AROUND)
    assert two[6] == ' "KPO needs experts." [1]' and two[-1].endswith("kpo.md]")


def test_events_print_as_the_sentence_and_the_rest() -> None:
    lines = [str(ClaimShown(claim=claim, new_citations=())) for claim in ANSWER.claims]
    assert "\n".join([*lines, str(AnswerDone(answer=ANSWER))]) == str(ANSWER)
    assert (
        str(ClaimShown(claim=QUOTED, new_citations=(), aspect="Skills")) == 'Skills: "KPO needs experts." [1]'
    )
    assert str(AnswerDone(answer=DECLINED)) == rest_text(DECLINED).rstrip()
