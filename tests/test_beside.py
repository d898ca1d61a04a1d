import pytest

from assistant.check.rules.beside.mixed import mixed
from assistant.check.rules.beside.statements import beside
from assistant.check.rules.beside.subject_phrase import clause_of
from assistant.text.words import tokens

FARMS = "Tea is grown in Assam, whereas coffee is grown in Brazil."


def leads(*sentences: str) -> list[str]:
    """Return the subject of each part of some neighbouring sentences."""
    return [" ".join(token.low for token in part.lead) for part in beside(sentences).parts]


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("Owls hunt mice", "hunt"),
        ("The owl hunts at night", "hunts"),
        ("The price of bus tickets fell", "fell"),
        ("Labour costs fell", "fell"),
        ("Operations staff follow rules", "follow"),
        ("Coffee from Brazil is sold here", "is"),
        ("Highly skilled staff are paid more", "are"),
        ("tea and coffee", None),
        ("it grows in Assam", None),
        ("managers who train staff", None),
    ],
)
def test_the_verb_follows_the_subject(text: str, verb: str | None) -> None:
    words = tokens(text)
    at = clause_of(words)
    assert (None if at is None else words[at].low) == verb


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (FARMS, ["tea", "coffee"]),
        ("While tea is grown in Assam, coffee is grown in Brazil.", ["tea", "coffee"]),
        ("Tea is grown in Assam and coffee in Brazil.", ["tea", "coffee"]),
        ("Farmers grow tea, traders ship it and shops sell it.", ["farmers", "traders", "shops"]),
        ("The firm sells tea in Assam and coffee in Brazil.", ["tea", "coffee"]),
        ("Unlike tea, coffee is roasted.", ["coffee", "tea"]),
        ("Tea costs four pounds, compared with nine pounds for coffee.", ["tea", "coffee"]),
        ("In Assam, farms grow tea; in Brazil, they grow coffee.", ["assam ,", "brazil ,"]),
        ("Tea and coffee are grown in Assam and Brazil respectively.", ["tea", "coffee"]),
        ("The report said that tea fell while coffee rose.", ["tea", "coffee"]),
        ("The firm sells tea and coffee in Assam.", ["the firm"]),
        ("The firm sells tea, but it buys coffee.", ["the firm"]),
        ("Aspect: price | Tea: low | Coffee: high", [""]),
    ],
)
def test_parts_have_the_subject_they_speak_of(sentence: str, expected: list[str]) -> None:
    assert leads(sentence) == expected


def test_an_opening_phrase_belongs_to_all_parts() -> None:
    found = beside(("In 2015, tea was grown in Assam, whereas coffee was grown in Brazil.",))
    assert [token.low for token in found.shared] == ["in", "2015", ","]
    assert [part.lead[0].low for part in found.parts] == ["tea", "coffee"]


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("Coffee is grown in Assam.", [FARMS]),
        ("Assam grows coffee.", [FARMS]),
        ("Coffee, unlike tea, is grown in Assam.", [FARMS]),
        ("Coffee is grown in Assam and tea in Brazil.", [FARMS]),
        ("Coffee is grown in Assam.", ["Tea is grown in Assam.", "Coffee is grown in Brazil."]),
        ("The firm sells coffee in Assam.", ["The firm sells tea in Assam and coffee in Brazil."]),
        ("Farms in Brazil grow tea.", ["In Assam, farms grow tea; in Brazil, they grow coffee."]),
    ],
)
def test_a_claim_that_mixes_two_parts_is_found(claim: str, evidence: list[str]) -> None:
    assert mixed(claim, evidence) is not None


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("Brazil grows coffee.", [FARMS]),
        ("Coffee, unlike tea, is grown in Brazil.", [FARMS]),
        ("Tea and coffee are grown in Assam and Brazil.", [FARMS]),
        ("Coffee is grown in Brazil and tea in Assam.", [FARMS]),
        ("Kodak sold film.", ["Kodak sold cameras.", "The company sold film as well."]),
        ("Kodak made film in Ohio.", ["Kodak opened a plant in Ohio.", "It made film there."]),
        ("The firm's costs fell in India.", ["The firm moved to India, and its costs fell."]),
    ],
)
def test_a_claim_that_keeps_to_one_part_or_names_both_passes(claim: str, evidence: list[str]) -> None:
    assert mixed(claim, evidence) is None


def test_the_word_and_both_subjects_are_named() -> None:
    found = mixed("Coffee is grown in Assam.", [FARMS])
    assert found is not None
    assert (found.word, found.evidence, found.claim) == ("Assam", "Tea", "coffee")
