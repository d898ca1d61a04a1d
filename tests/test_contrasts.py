import pytest

from assistant.core.errors import SettingsError
from assistant.core.settings import load_settings
from assistant.index.contrasts import find_contrasts
from assistant.text.lexicon.contrasts import (
    BUILT_IN,
    Contrast,
    contrast_of,
    masked,
    named,
    subjects,
    term_patterns,
)

KIND = next(contrast for contrast in BUILT_IN if contrast.name == "kind of outsourcing")
CHANNEL = next(contrast for contrast in BUILT_IN if contrast.name == "channel")


def terms(text: str, contrast: Contrast = KIND) -> list[tuple[str, str]]:
    return [(item.term, text[item.start : item.end]) for item in named(text, contrast)]


def test_subjects_are_found_with_their_place_in_any_spelling() -> None:
    assert terms("KPOs and business-process outsourcing (BPO) differ.") == [
        ("KPO", "KPOs"),
        ("BPO", "business-process outsourcing"),
        ("BPO", "BPO"),
    ]


def test_the_longest_phrase_is_taken_and_its_beginning_names_nothing() -> None:
    assert terms("non-voice work, voice work", CHANNEL) == [("non-voice", "non-voice"), ("voice", "voice")]
    assert terms("A business process is a process.") == []
    assert "business process" not in subjects(KIND)


def test_a_word_that_only_holds_a_name_is_no_name() -> None:
    assert terms("The depot exports shipos.", contrast_of("port", "ship")) == []


def test_what_is_said_remains_when_the_sides_are_left_out() -> None:
    assert masked("Knowledge process outsourcing (KPO) needs experts.", KIND) == "needs experts."


def test_a_term_s_expression_does_not_match_inside_another_term() -> None:
    ((_, plain), (_, voice)) = term_patterns([CHANNEL])[0]
    assert [plain.startswith("non"), voice.startswith("(?<!non")] == [True, True]


TEXTS = [
    "Simplified checks differ from full checks. Onshore teams meet in person, whereas offshore teams write.",
    "Unlike onshore teams, offshore teams work at night.",
    "Key Account Managers (KAM) travel. KAM versus SDR is a usual split.",
    "Prices rose, while demand fell. The firm grew; sales fell.",
]


def test_pairs_that_a_corpus_sets_against_each_other_are_found_with_their_long_forms() -> None:
    found = {contrast.name: dict(contrast.terms) for contrast in find_contrasts(TEXTS, known=())}
    assert list(found) == ["Onshore teams / offshore teams", "Simplified checks / full checks", "KAM / SDR"]
    assert found["KAM / SDR"] == {"KAM": ("kam", "key account managers"), "SDR": ("sdr",)}


def test_what_is_told_apart_already_is_not_found_again() -> None:
    names = [contrast.name for contrast in find_contrasts(TEXTS)]
    assert names == ["Simplified checks / full checks", "KAM / SDR"]


def test_unlike_subjects_need_several_sentences() -> None:
    once = ["Unlike tea, coffee wakes."]
    often = [*once, "Coffee versus tea is an old question.", "Choosing between tea and coffee is hard."]
    assert find_contrasts(once) == []
    assert [contrast.name for contrast in find_contrasts(often)] == ["coffee / tea"]


def test_contrasts_can_be_listed_in_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BPO_KPO_CONTRASTS", '["captive / third party", "Leasing / buying"]')
    assert load_settings().contrasts == ("captive / third party", "Leasing / buying")


@pytest.mark.parametrize(
    "given", ["captive", "[captive / buyer]", '["captive"]', '["a / A"]', '{"a": "b"}', "[1]"]
)
def test_a_bad_contrast_is_one_line_that_shows_a_good_one(
    given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BPO_KPO_CONTRASTS", given)
    with pytest.raises(SettingsError) as error:
        load_settings()
    assert "\n" not in str(error.value)
    assert str(error.value).startswith(f"BPO_KPO_CONTRASTS is {given!r}: give a list of pairs such as")
