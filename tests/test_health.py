"""Citation health of a model: counted from its drafts, measured by questions, kept in one file."""

import json
import logging
from dataclasses import replace
from pathlib import Path

import pytest
from helpers import settings_in
from runs import answer

from assistant.core.errors import InputError, ModelError
from assistant.core.settings import EMBEDDED_MODEL, Settings
from assistant.core.types import Answer, Drafts, Verdict, Withheld
from eval.cases.read import dump_case
from eval.health.file import health_path, keep_health, known_health, read_health, shipped_health
from eval.health.health import Health, health_of, part
from eval.health.probe import give_up, probe, read_questions, spread
from eval.run.ask import UNAVAILABLE
from eval.run.harness import Plan, run
from eval.run.types import Case

QUOTE = ("kpo", 0, "KPO needs experts.")


def held(verdict: Verdict) -> Withheld:
    return Withheld(text="x", verdict=verdict, score=0.5)


def drafted(seconds: float, drafts: Drafts, *verdicts: Verdict, reason: str | None = None) -> Answer:
    return answer(
        QUOTE, drafts=drafts, withheld=tuple(map(held, verdicts)), reason=reason, timings_s={"generate": seconds}
    )  # fmt: skip


def counted(settings: Settings, *answers: Answer, lost: int = 0) -> Health:
    return health_of(answers, settings, source="some questions", questions=len(answers), lost=lost)


def test_health_counts_sentences_markers_and_failures(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, model="openai:m", base_url="http://u:p@127.0.0.1:9/v1/?key=k")
    health = counted(
        settings,
        drafted(2.0, Drafts(sentences=4, markers=3, invented=1, replaced=1, unmarked=2), "unsupported", "supported"),
        drafted(1.0, Drafts(sentences=3, markers=5, replaced=1), "contradicted", "unjudged", "supported"),
        drafted(9.0, Drafts(sentences=1, markers=0, unmarked=1), reason=UNAVAILABLE),
        replace(answer(), reason=UNAVAILABLE),
        answer(),
        lost=1,
    )  # fmt: skip
    shares = {name: (one.part, one.whole) for name, one in vars(health).items() if hasattr(one, "whole")}
    assert shares == {
        "invented": (1, 8),
        "repaired": (2, 8),
        "unmarked": (3, 8),
        "unsupported": (3, 8),
        "repeats": (2, 8),
        "failed": (3, 5),
        "supported": (3, 8),
        "unverified": (0, 8),
        "contradicted": (1, 8),
        "unjudged": (1, 8),
        "form_kept": (0, 0),
    }
    assert (health.seconds, health.sentences, health.questions) == (2.0, 8, 5)
    told = health.to_dict()
    figures = {
        name: (told[name]["part"], told[name]["whole"])
        for name in ("invented", "repaired", "dropped", "withheld")
    }
    assert figures == {"invented": (1, 8), "repaired": (2, 8), "dropped": (3, 8), "withheld": (5, 8)}
    assert health.key == ("openai:m", "http://127.0.0.1:9/v1", "auto")
    assert health.invented.low == pytest.approx(0.0224, abs=5e-4)  # Wilson of 1 in 8
    assert health.invented.high == pytest.approx(0.4709, abs=5e-4)


def test_a_model_that_wrote_nothing_has_no_shares(tmp_path: Path) -> None:
    health = counted(settings_in(tmp_path, model="openai:m"), answer())
    assert (health.invented.share, health.invented.low, health.seconds) == (None, None, None)


def test_drafts_of_earlier_versions_are_read() -> None:
    saved = {"question": "Why?", "drafts": {"sentences": 2, "markers": 1, "invented": 1, "replaced": 0}}
    assert Answer.from_dict(saved).drafts == Drafts(sentences=2, markers=1, invented=1, unmarked=0)


def test_figures_are_kept_one_set_a_model_address_and_form(tmp_path: Path) -> None:
    here = counted(settings_in(tmp_path, model="openai:m"), drafted(1.0, Drafts(sentences=4, markers=4)))
    structured = replace(here, form="structured")
    elsewhere = replace(here, base_url="http://127.0.0.1:9/v1")
    for one in (here, structured, elsewhere, replace(here, questions=7)):
        assert keep_health(tmp_path, one)
    assert read_health(tmp_path) == [structured, elsewhere, replace(here, questions=7)]
    assert not keep_health(tmp_path, replace(here, model="openai:mute", unmarked=part(0, 0)))
    smaller = replace(here, unmarked=part(0, 3))
    assert not keep_health(tmp_path, smaller, only_if_larger=True)
    assert keep_health(tmp_path, smaller)
    assert smaller in read_health(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix != ".lock") == ["health.json"]


@pytest.mark.parametrize(
    "text",
    [
        "{half a fi",
        "[]",
        '{"schema_version": 2, "models": []}',
        '{"schema_version": 1, "models": [{"model": "m"}]}',
        '{"schema_version": 1}',
        "[" * 100_000,
        b"\xff\xfe",
    ],
)
def test_a_damaged_file_is_one_clear_line_and_is_left_alone(tmp_path: Path, text: str | bytes) -> None:
    body = text if isinstance(text, bytes) else text.encode()
    health_path(tmp_path).write_bytes(body)
    health = counted(settings_in(tmp_path, model="openai:m"))
    for call in (lambda: read_health(tmp_path), lambda: keep_health(tmp_path, health)):
        with pytest.raises(
            InputError, match=r"health\.json is damaged .* remove it, then measure again"
        ) as caught:
            call()
        assert "\n" not in str(caught.value)
    assert health_path(tmp_path).read_bytes() == body


def test_the_figures_that_come_with_the_program_stand_until_the_user_measures(tmp_path: Path) -> None:
    [shipped] = shipped_health()
    assert (shipped.model, shipped.shipped) == (EMBEDDED_MODEL, True)
    assert shipped.questions <= len(read_questions())
    assert 0 < shipped.sentences == shipped.unsupported.whole == shipped.repeats.whole
    assert known_health(tmp_path) == [shipped]
    own = replace(shipped, shipped=False, questions=3, form="markers")
    keep_health(tmp_path, own)
    assert known_health(tmp_path) == [own]


def test_questions_are_spread_over_their_kinds() -> None:
    assert [item["n"] for item in spread([{"n": at} for at in range(10)], 4)] == [0, 2, 5, 7]
    assert len(spread(read_questions(), 500)) == len(read_questions())


def test_measuring_asks_the_model_about_the_bundled_articles(tmp_path: Path) -> None:
    reply = "Elephants outnumber auditors in Lisbon [149]. Nobody counted the elephants again."
    settings = settings_in(tmp_path, model=f"scripted:{reply}", min_evidence=0.0)
    steps: list[tuple[str, int, int]] = []
    health = probe(settings, lambda *step: steps.append(step), 6)
    answers = health.failed.whole
    assert answers >= 3
    assert (health.sentences, health.invented.whole) == (2 * answers, answers)
    assert (health.invented.share, health.unmarked.share, health.unsupported.share) == (1.0, 1.0, 1.0)
    assert (health.failed.part, health.repaired.part, health.repeats.part) == (0, 0, 0)
    assert (health.questions, health.source) == (6, "eval/bench/data/questions.jsonl")
    assert [step for step in steps if step[0] == "asking"][-1] == ("asking", 6, 6)


def test_a_model_that_only_fails_is_not_measured(tmp_path: Path) -> None:
    script = tmp_path / "script.json"
    script.write_text('[{"error": "the model is on strike"}]', encoding="utf-8")
    settings = settings_in(tmp_path, model=f"scripted:{script}", min_evidence=0.0)
    with pytest.raises(ModelError, match=r"failed on each of the first 3 .*on strike"):
        probe(settings, lambda *_: None)
    with pytest.raises(ModelError, match=r"failed on every question it was asked: .*on strike"):
        probe(settings, lambda *_: None, 2)
    with pytest.raises(ModelError, match="it drafted no sentence on 2 questions: ask more"):
        give_up([answer(), answer()], last=True)
    with pytest.raises(ModelError, match="--measure none"):
        probe(settings_in(tmp_path), lambda *_: None)


def test_a_finished_run_keeps_how_its_model_drafts(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "vell.md").write_text("# Vell\n\nThe harbour of Vell opened in 1904.\n", "utf-8")
    case = Case(id="open", question="When did the harbour of Vell open?", answerable=True, answers=("1904",))
    (tmp_path / "cases.jsonl").write_text(json.dumps(dump_case(case)) + "\n", encoding="utf-8")
    settings = settings_in(
        tmp_path / "data", model="scripted:The harbour of Vell closed in 1911 [7].", min_evidence=0.0
    )
    plan = Plan(
        cases=tmp_path / "cases.jsonl",
        corpus=str(tmp_path / "articles"),
        judges=("none",),
        out=tmp_path / "run",
    )
    run(plan, settings, lambda *_: None)
    [health] = read_health(settings.data_dir)
    assert (health.model, health.source, health.questions) == (settings.model, "cases.jsonl", 1)
    assert (health.invented.part, health.unsupported.part, health.unmarked.part, health.sentences) == (
        1,
        1,
        1,
        1,
    )

    health_path(settings.data_dir).write_text("gone", encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        run(plan, settings, lambda *_: None)  # goes on with what is there, and stands
    assert "was not kept" in caplog.text
    assert "health.json is damaged" in caplog.text
