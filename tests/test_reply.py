"""Reading replies that are hostile, broken into short lines, or full of blanks."""

import pytest

from assistant.write.model.reply import plain_sentence, take_sentence


def parts(reply: str) -> list[str]:
    """Return every part of a whole reply."""
    found = []
    while taken := take_sentence(reply, ended=True):
        sentence, reply = taken
        found.append(sentence)
    return found


@pytest.mark.parametrize(
    ("reply", "count", "last"),
    [
        ("![" * 10_000, 10_001, "["),
        ("<!--" * 5000, 5001, "--"),
        ("a" + " " * 20_000 + ".", 1, "a ."),
        ("a\nb\n" * 5000, 1, "a" + " b a" * 4999 + " b"),
        ("[a](" * 5000, 1, "[a](" * 5000),
        ("Ports cost. " * 1600, 1600, "Ports cost."),
    ],
)
def test_a_hostile_reply_is_read_to_its_end(reply: str, count: int, last: str) -> None:
    found = parts(reply)
    assert (len(found), found[-1]) == (count, last)


def test_lines_that_wrap_are_one_sentence_and_markers_below_belong_to_it() -> None:
    assert parts("KPO needs\nexperts\nwho decide.\n[1]\nBPO needs clerks.\n\n[2]") == [
        "KPO needs experts who decide [1].",
        "BPO needs clerks [2].",
    ]


def test_a_long_sentence_is_found_whole() -> None:
    words = "word " * 300
    assert parts(f"The {words}ends. It goes on.") == [f"The {words}ends.", "It goes on."]


def test_blanks_are_one_blank() -> None:
    sentence = plain_sentence("KPO" + " " * 20_000 + "needs\t\texperts [1].")
    assert sentence and (sentence.text, sentence.markers) == ("KPO needs experts.", (1,))
