import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from small_index import EMBEDDER, build, scripted

import assistant as package
from assistant import Assistant, HybridRetriever, InputError, Passages, SettingsError, load_settings
from assistant.answer.opened import settings_of
from assistant.check.grounds import words_of
from assistant.core.settings import EMBEDDED_MODEL


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    build(folder)
    return folder


@pytest.fixture(scope="module")
def opened(folder: Path) -> Assistant:
    return Assistant.open(data_dir=folder, embedder=EMBEDDER, model="none", dtype="float32")


def test_every_public_name_is_there_and_nothing_else_is() -> None:
    for name in package.__all__:
        assert getattr(package, name).__name__ == name
    assert set(package.__all__) <= set(dir(package))
    with pytest.raises(AttributeError, match="no attribute 'Asistant'"):
        package.Asistant  # noqa: B018


def test_importing_the_package_loads_no_library() -> None:
    code = "import sys, assistant; print(sorted({'langchain_core', 'numpy', 'pydantic', 'torch'} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_values_go_before_settings_and_settings_before_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("BPO_KPO_INDEX", "from-the-environment")
    monkeypatch.setenv("BPO_KPO_PASSAGES", "5")
    assert settings_of().index == "from-the-environment"
    assert (settings_of(index="mine").index, settings_of(index="mine").passages) == ("mine", 5)
    given = load_settings(index="given", evidence=3)
    assert settings_of(given) is given
    both = settings_of(given, evidence=4)
    assert (both.index, both.evidence, both.passages) == ("given", 4, 5)
    assert settings_of(given, index=None).index == "given"


def test_the_embedded_model_drafts_only_when_named() -> None:
    assert settings_of(model="embedded").model == EMBEDDED_MODEL
    assert settings_of(model="embedded").drafts
    assert settings_of(settings_of(model="embedded"), index="mine").drafts
    assert not settings_of(index="mine").drafts


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"modle": "none"}, r"There is no setting 'modle': did you mean 'model'\?"),
        ({"colour": "red"}, r"There is no setting 'colour': give one of data_dir, store, index, "),
        ({"min_evidence": 2}, r"^min_evidence is 2: "),
        ({"index": "a b"}, r"^index is 'a b': use letters"),
        ({"data_dir": Path(__file__)}, r"^data_dir is .*test_api.py is no folder"),
        ({"data_dir": Path(__file__) / "below"}, r"^data_dir is .*test_api.py is no folder"),
        ({"settings": {"index": "mine"}}, r"The settings are of type dict"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(values: dict[str, object], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        Assistant.open(**values)  # type: ignore[arg-type]


def test_search_gives_passages_best_first(opened: Assistant) -> None:
    found = opened.search("risk of dependence on the provider")
    assert type(found) is Passages
    assert found[0].section == "Risks"
    assert found[0].text.startswith("KPO brings a risk of dependence on the provider.")
    assert [len(opened.search("KPO", k=k)) for k in (1, 2)] == [1, 2]
    scores = [item.score for item in found]
    assert scores == sorted(scores, reverse=True)


def test_search_refuses_an_empty_query_and_no_passages(opened: Assistant) -> None:
    with pytest.raises(InputError, match="query is empty"):
        opened.search(" ")
    for query in (None, 3):
        with pytest.raises(InputError, match="^The query is of type"):
            opened.search(query)  # type: ignore[arg-type]


@pytest.mark.parametrize("k", [0, -1, 2.5, "3", True])
def test_only_a_whole_number_of_passages_is_searched_for(opened: Assistant, k: Any) -> None:
    said = f"^k is {k!r}: give a whole number from 1"
    with pytest.raises(InputError, match=said):
        opened.search("KPO", k=k)
    with pytest.raises(InputError, match=said):
        opened.retriever.invoke("KPO", k=k)
    with pytest.raises(InputError, match=said):
        HybridRetriever(current=opened.retriever.current, k=k)


def test_as_many_passages_as_there_are_is_the_most(opened: Assistant) -> None:
    assert len(opened.search("KPO", k=10**20)) == len(opened.search("KPO", k=50)) == 2


def test_half_a_character_stops_nothing(opened: Assistant) -> None:
    assert (
        opened.ask("What does \ud800KPO stand for?").text
        == "KPO stands for Knowledge Process Outsourcing [1]."
    )
    assert opened.search("dependence\ud800")[0].section == "Risks"
    assert opened.verify("KPO needs \udc00experts.", "KPO needs \udc00experts.").verdict == "supported"


def test_a_claim_is_judged_against_whatever_holds_words(opened: Assistant) -> None:
    claim, wrong = "KPO stands for Knowledge Process Outsourcing.", "KPO needs basic training."
    answer = opened.ask("What does KPO stand for?")
    several: list[Any] = [
        claim,
        answer.citations[0],
        answer.citations,
        opened.search(claim),
        [claim, answer.passages[0]],
    ]
    for evidence in several:
        assert opened.verify(claim, evidence).verdict == "supported"
        assert opened.verify(wrong, evidence).verdict != "supported"
    judgement = opened.verify(wrong, "BPO needs basic training. KPO needs professionals.")
    assert judgement.verdict == "contradicted"
    assert judgement.reasons


def test_two_halves_may_rest_on_two_pieces_of_evidence(opened: Assistant) -> None:
    claim = "BPO needs basic training, while KPO needs professionals with analytical skills."
    halves = ["BPO needs basic training.", "KPO needs professionals with analytical skills."]
    assert opened.verify(claim, halves).verdict == "supported"
    assert opened.verify(claim, halves[0]).verdict != "supported"


@pytest.mark.parametrize(
    ("claim", "evidence", "words"),
    [
        (" ", "KPO needs experts.", "claim is empty"),
        ("KPO needs experts.", "", "no evidence"),
        ("KPO needs experts.", [], "no evidence"),
        ("KPO needs experts.", 5, "evidence is of type int"),
        ("KPO needs experts.", ["KPO", None], "evidence is of type NoneType"),
    ],
)
def test_what_cannot_be_judged_is_refused(
    opened: Assistant, claim: str, evidence: object, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        opened.verify(claim, evidence)  # type: ignore[arg-type]


def test_evidence_is_read_as_its_words(opened: Assistant) -> None:
    answer = opened.ask("What does KPO stand for?")
    assert words_of(answer.citations[0]) == "KPO stands for Knowledge Process Outsourcing."
    assert words_of(opened.retriever.invoke("KPO")[0]) == opened.search("KPO")[0].text


def test_an_assistant_shows_what_it_answers_from_and_hides_no_markup(folder: Path) -> None:
    with_model = Assistant.open(
        data_dir=folder, embedder=EMBEDDER, dtype="float32", model="scripted:<script>alert(1)</script>"
    )
    assert with_model.facts["index"] == "default, 1 article"
    assert "embedder: all-MiniLM-L6-v2, checker: rules-5" in repr(with_model)
    assert "<script" not in with_model._repr_html_()
    assert r"\<script\>" in with_model._repr_markdown_()


def test_a_question_of_another_type_is_refused(opened: Assistant) -> None:
    for question in (None, 5, b"What is KPO?"):
        with pytest.raises(InputError, match="question is of type"):
            opened.ask(question)  # type: ignore[arg-type]


def test_a_model_named_by_value_drafts(folder: Path) -> None:
    model = scripted(folder, "GE sold 60 per cent of GECIS in 2004 [2].")
    answer = Assistant.open(data_dir=folder, embedder=EMBEDDER, dtype="float32", model=model).ask(
        "What does KPO need?"
    )
    assert answer.drafts.sentences == 1
    assert answer.model == model
