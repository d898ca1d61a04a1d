from random import Random

from eval.bench.check.verify_data import corpus_articles, hand_made
from eval.judges.mutate import change_name, exchange_names, names_of, swap_subjects

TEXTS = [
    "In 1066 Rollo defeated Harold at Hastings.",
    "The men of Rollo feared Harold.",
    "They met near Hastings.",
]


def test_names_of_an_article_occur_twice_inside_sentences() -> None:
    assert names_of([*TEXTS, "Later Hastings grew."]) == ["Harold", "Hastings", "Rollo"]


def test_two_names_are_exchanged_across_a_verb_only() -> None:
    names = ["Harold", "Rollo"]
    assert exchange_names(TEXTS[0], names, Random(1)) == "In 1066 Harold defeated Rollo at Hastings."
    assert exchange_names("Rollo and Harold came.", names, Random(1)) is None


def test_another_name_of_the_article_is_put_in() -> None:
    assert change_name("Rollo won.", ["Harold", "Rollo"], Random(1)) == "Harold won."
    assert change_name("He won.", ["Harold", "Rollo"], Random(1)) is None


def test_definitions_are_not_exchanged_as_they_stay_true() -> None:
    assert swap_subjects("KPO needs experts.", Random(1)) == "BPO needs experts."
    assert swap_subjects("KPO stands for Knowledge Process Outsourcing.", Random(1)) is None


def test_nothing_is_both_tuned_on_and_measured_on() -> None:
    tuned, measured = corpus_articles("tuning"), corpus_articles("held out")
    assert len(tuned) == len(measured) == 10
    assert tuned.keys().isdisjoint(measured)
    for name, least in (("paraphrases", 98), ("distortions", 30)):
        parts = [
            {(pair.claim, pair.evidence) for pair, _ in hand_made(name, part)}
            for part in ("tuning", "held out")
        ]
        assert min(len(part) for part in parts) >= least
        assert parts[0].isdisjoint(parts[1])
