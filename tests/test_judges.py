"""Judges are loaded by name, none judges itself, and each gives a verdict or says that it has none."""

from pathlib import Path

import pytest
from helpers import settings_in
from test_checkers import tiny_cross_encoder

from assistant.check.pairs import Pair
from assistant.core.errors import InputError, ModelError
from assistant.core.settings import Settings
from eval.judges.load import load_judges

MINILM = "all-MiniLM-L6-v2"
EVIDENCE = "The ferry to Lerwick leaves from the north pier at seven in the morning."


def settings(folder: Path, **values: object) -> Settings:
    return settings_in(folder, embedder=MINILM, **values)


def test_the_reader_tells_a_stated_claim_from_a_negated_and_an_unrelated_one(tmp_path: Path) -> None:
    (judge,) = load_judges(["reader"], settings(tmp_path))
    said = judge.judge(
        [
            Pair(claim="The ferry to Lerwick leaves from the north pier.", evidence=EVIDENCE),
            Pair(claim="The ferry to Lerwick does not leave from the north pier.", evidence=EVIDENCE),
            Pair(claim="Dogs travel in the lower deck.", evidence=EVIDENCE),
        ]
    )
    assert judge.name == "reader"
    assert [verdict for verdict, *_ in said] == ["supported", "unsupported", "unsupported"]
    assert said[0][1] > 0.5 > max(said[1][1], said[2][1])
    assert [raw for *_, raw in said] == [None, None, None]


def test_the_reader_needs_the_embedder_whose_layers_it_shares(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        load_judges(["reader"], settings_in(tmp_path, embedder="hash"))
    assert str(error.value) == (
        "The judge 'reader' shares layers with the embedder all-MiniLM-L6-v2, and in force is 'hash': "
        "judge with cross-encoder:NAME_OR_PATH or llm:PROVIDER:NAME."
    )


def test_a_cross_encoder_judges_by_its_likeliest_label(tmp_path: Path) -> None:
    labels = {0: "contradiction", 1: "entailment", 2: "neutral"}
    denies = tiny_cross_encoder(tmp_path / "denies", [8, 1, 1], labels)
    agrees = tiny_cross_encoder(tmp_path / "agrees", [1, 8, 1], labels)
    names = [f"cross-encoder:{folder}" for folder in (denies, agrees)]
    judges = load_judges([*names, names[0]], settings(tmp_path))
    assert [judge.name for judge in judges] == names
    pair = Pair(claim="The ferry leaves.", evidence=EVIDENCE)
    said = [judge.judge([pair])[0] for judge in judges]
    assert [(verdict, raw) for verdict, _, raw in said] == [("contradicted", None), ("supported", None)]
    assert [score for _, score, _ in said] == pytest.approx([0.1, 0.8])


@pytest.mark.parametrize("name", ["", "Reader", "cross-encoder", "cross-encoder:", "llm", "llm: ", "nli:x"])
def test_a_name_that_is_none_is_refused_in_one_line(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError) as error:
        load_judges(["reader", name], settings(tmp_path))
    assert str(error.value) == (
        f"There is no judge {name!r}: give reader, cross-encoder:NAME_OR_PATH or llm:PROVIDER:NAME."
    )


@pytest.mark.parametrize(
    ("judge", "given"),
    [
        ("judge", {}),
        ("auto", {}),
        ("llm:openai:small", {"checker": "llm:openai:small"}),
        ("llm:openai:small", {"checker": "llm", "model": "openai:small"}),
        ("cross-encoder:org/name", {"checker": "cross-encoder:org/name"}),
    ],
)
def test_the_checker_in_force_may_not_judge_itself(
    tmp_path: Path, judge: str, given: dict[str, object]
) -> None:
    with pytest.raises(InputError) as error:
        load_judges([judge], settings(tmp_path, **given))
    assert str(error.value).startswith(
        f"The judge {judge!r} is the checker that gates the answers and may not judge itself"
    )
    assert "\n" not in str(error.value)


def test_a_folder_written_in_two_ways_is_one_checker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "nli").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="may not judge itself"):
        load_judges(["cross-encoder:nli"], settings(tmp_path, checker=f"cross-encoder:{tmp_path / 'nli'}"))


def test_a_model_that_is_not_there_is_said_before_anything_is_judged(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="is not on this machine"):
        load_judges(["cross-encoder:nobody/nothing"], settings(tmp_path))
    with pytest.raises(InputError, match="'llm:none' has no model"):
        load_judges(["llm:none"], settings(tmp_path))


def test_no_names_are_no_judges(tmp_path: Path) -> None:
    assert load_judges([], settings(tmp_path)) == []
