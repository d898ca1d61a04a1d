"""Sides and words are exchanged only where the sentence is then wrong."""

from random import Random

import pytest

from eval.judges.alter import alter_word, exchange_sides, put, turn_direction, word_pool


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("KPO needs experts.", "BPO needs experts."),
        ("BPO is cheap, while KPO is dear.", "KPO is cheap, while BPO is dear."),
        ("The clients pay, while their provider reports.", "The providers pay, while their client reports."),
        ("Client data stay in the back office.", "Provider data stay in the back office."),
        ("Front-office work is seen.", "Back-office work is seen."),
        (
            "Onshore teams cost more than the offshore ones.",
            "Offshore teams cost more than the onshore ones.",
        ),
        ("A third-party centre serves many.", "A captive centre serves many."),
    ],
)
def test_the_sides_of_a_contrast_are_exchanged(text: str, changed: str) -> None:
    assert exchange_sides(text, Random(1)) == changed


@pytest.mark.parametrize(
    "text",
    [
        "KPO differs from BPO in the skills it needs.",
        "BPO and KPO lie on one spectrum.",
        "KPO stands for Knowledge Process Outsourcing.",
        "The client and the provider meet each month.",
        "ISO 18295 addresses the client as well as the provider.",
        "The border between front office and back office is not sharp.",
        "The parties meet each month.",
    ],
)
def test_what_stays_true_is_left(text: str) -> None:
    assert exchange_sides(text, Random(1)) is None


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("Attrition rises.", "Attrition falls."),
        ("It is over 40 per cent.", "It is under 40 per cent."),
        ("The client takes over the work.", None),
        ("Short calls can lower quality.", None),
        ("Nothing turns.", None),
    ],
)
def test_a_direction_is_turned_where_the_sentence_stays_english(text: str, changed: str | None) -> None:
    assert turn_direction(text, Random(1)) == changed


def test_words_are_pooled_by_their_endings_without_names_and_small_words() -> None:
    pool = word_pool(["Training costs little in Poland.", "Between rising and training, pricing wins."])
    three = {ending: words for ending, words in pool.items() if len(ending) == 3}
    assert three == {"ing": ("pricing", "rising", "training"), "sts": ("costs",), "tle": ("little",)}
    assert (pool["ng"], pool["s"]) == (pool["ing"], ("costs",))


def test_a_word_is_replaced_by_one_the_evidence_does_not_hold() -> None:
    pool = word_pool(["a pricing recruiting ironing training workers"])
    text = "Good training pays."
    assert alter_word(text, text, pool, Random(1)) in [("training", "pricing"), ("training", "recruiting")]
    assert alter_word(text, f"{text} So does a price.", pool, Random(1)) == ("training", "recruiting")
    assert alter_word(text, text, word_pool(["an ironing trainings"]), Random(1)) is None
    assert alter_word("It pays.", "It pays.", pool, Random(1)) is None


def test_of_several_words_the_longest_ending_decides() -> None:
    pool = word_pool(["a pricing rang"])
    assert alter_word("A strong training pays.", "A strong training pays.", pool, Random(3)) == (
        "training",
        "pricing",
    )
    assert alter_word("A strong hand.", "A strong hand.", pool, Random(3)) == ("strong", "pricing")


def test_only_whole_words_are_replaced() -> None:
    assert put("Training, training and retraining: training's cost.", "training", "pricing") == (
        "Training, pricing and retraining: training's cost."
    )
