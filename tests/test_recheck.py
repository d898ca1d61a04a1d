"""Saved answers checked again, after the articles or the answers have changed."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from helpers import embedded_checker, settings_in
from runs import citation, claim, passage

from assistant.answer.compose.compose import Composer
from assistant.answer.recheck import Finding, recheck, recheck_all
from assistant.core.errors import InputError
from assistant.core.settings import Settings
from assistant.core.types import Answer, Claim, Evidence
from assistant.index.search import search
from assistant.index.store import Store
from assistant.models.embedder.embedder import HashEmbedder
from ingest.index import build_index
from ui.cli.parse import main
from ui.export.export import Form, to_file
from ui.export.history import SavedTurn

STAFF = "KPO needs analysts with long training."
COST = "In 2012 about 40 per cent of the buyers were charged more than planned."
CHECKER = embedded_checker()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = settings_in(tmp_path / "data")
    ingest(settings, staff=f"{STAFF}\n\n{COST}\n", tea="Tea is brewed in hot water.\n")
    return settings


def ingest(settings: Settings, **texts: str) -> None:
    folder = settings.data_dir.parent / "in"
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    build_index(settings, HashEmbedder(), [str(folder)])


def opened(settings: Settings) -> Store:
    return Store.open(settings, HashEmbedder())


def quoting(store: Store, *texts: str, claims: tuple[Claim, ...] = ()) -> Answer:
    """Return an answer that cites sentences of the article on staff where they stand."""
    document = store.document("staff")
    citations = tuple(
        replace(
            citation(n, ("staff", document.text.index(text), text)),
            title=document.title,
            source=document.source,
            doc_sha256=document.sha256,
        )
        for n, text in enumerate(texts, 1)
    )
    given = claims or tuple(claim(text, n) for n, text in enumerate(texts, 1))
    return Answer(question="What?", claims=given, citations=citations)


def faults(report_findings: tuple[Finding, ...]) -> list[tuple[str, str]]:
    return [(item.what, item.detail) for item in report_findings if not item.holds]


def test_every_citation_and_claim_of_every_answer_is_a_line(settings: Settings) -> None:
    store = opened(settings)
    answers = [quoting(store, STAFF), quoting(store, COST, STAFF), Answer(question="Why?")]
    report = recheck_all([item.to_dict() for item in answers], store, CHECKER)
    assert report.holds
    assert [line.split(":")[0] for line in report.lines()] == [
        "ok    answer 1, citation 1",
        "ok    answer 1, claim 1",
        "ok    answer 2, citation 1",
        "ok    answer 2, citation 2",
        "ok    answer 2, claim 1",
        "ok    answer 2, claim 2",
        "ok    answer 3",
    ]
    alone = recheck_all([answers[0].to_dict()], store, CHECKER)
    assert [item.what for item in alone.findings] == ["citation 1", "claim 1"]
    assert alone == recheck(answers[0].to_dict(), store, CHECKER)


def test_an_article_changed_elsewhere_is_told_and_its_quote_still_holds(settings: Settings) -> None:
    saved = quoting(opened(settings), STAFF).to_dict()
    ingest(settings, staff=f"{STAFF}\n\nNothing is known of the cost.\n")
    report = recheck_all([saved], opened(settings), CHECKER)
    assert report.holds
    title = saved["citations"][0]["title"]
    assert report.changed == (f"{title!r} has changed since the answer was given",)
    assert report.lines()[0].endswith(", which has changed elsewhere since")
    assert report.lines()[-1] == f"note  {title!r} has changed since the answer was given"
    assert report.to_dict()["changed"] == list(report.changed)


def test_a_quote_that_an_article_has_lost_fails(settings: Settings) -> None:
    saved = quoting(opened(settings), STAFF, COST).to_dict()
    ingest(settings, staff=f"{COST}\n")
    report = recheck_all([saved, saved], opened(settings), CHECKER)
    lost = "the article has changed since, and the quote does not stand there any more"
    assert faults(report.findings) == [
        (f"answer {answer}, citation {n}", lost) for answer in (1, 2) for n in (1, 2)
    ]
    assert len(report.changed) == 1


def test_an_article_that_has_gone_fails(settings: Settings) -> None:
    saved = quoting(opened(settings), STAFF).to_dict()
    (settings.data_dir.parent / "in" / "staff.txt").unlink()
    ingest(settings)
    report = recheck_all([saved], opened(settings), CHECKER)
    assert faults(report.findings) == [("citation 1", "the index no longer holds 'staff'")]
    title = saved["citations"][0]["title"]
    assert report.changed == (f"{title!r} has gone from the index since the answer was given",)


def test_words_shown_as_the_sources_own_that_are_not_fail(settings: Settings) -> None:
    store = opened(settings)
    said = "In 2012 about 40 per cent of buyers were charged more than planned."
    own = quoting(store, COST, claims=(claim(said, 1, origin="model"),))
    assert recheck_all([own.to_dict()], store, CHECKER).holds
    quoted = quoting(store, COST, claims=(claim(said, 1),))
    assert faults(recheck_all([quoted.to_dict()], store, CHECKER).findings) == [
        ("claim 1", "it stands in quotation marks, but its words are not those of what it cites")
    ]


def test_a_title_that_is_not_the_articles_fails(settings: Settings) -> None:
    store = opened(settings)
    saved = quoting(store, STAFF).to_dict()
    title = saved["citations"][0]["title"]
    saved["citations"][0]["title"] = "ISO 27001"
    assert faults(recheck_all([saved], store, CHECKER).findings) == [
        ("citation 1", f"it names the article 'ISO 27001', which is {title!r}")
    ]


RISKS = "The risks grow with the distance."


@pytest.fixture
def cited(settings: Settings) -> tuple[Store, dict[str, Any]]:
    """An answer that cites a dated article with headings, as it was saved."""
    page = f"---\ntitle: Distance\ndate: 2026-11-21\n---\n\n# Distance\n\n## Risks\n\n### Far\n\n{RISKS}\n"
    (settings.data_dir.parent / "in" / "far.md").write_text(page, encoding="utf-8")
    ingest(settings)
    store = opened(settings)
    found = next(item for item in search(store, "risks distance", 5) if item.doc_id == "far")
    composer = Composer()
    composer.quote(
        Evidence(passage=found, start=found.start, end=found.start + len(RISKS), text=RISKS, score=1.0)
    )
    answer = Answer(question="What?", claims=tuple(composer.claims), citations=tuple(composer.citations))
    return store, answer.to_dict()


@pytest.mark.parametrize(
    ("field", "forged", "own"),
    [
        ("date", "2031-01-01", "'2026-11-21'"),
        ("source", "https://example.org/far.md", "FAR"),
        ("section", "Benefits", "'Risks > Far'"),
        ("section", "", "'Risks > Far'"),
        ("page", 7, "not stated"),
    ],
)
def test_what_a_citation_says_of_its_place_is_checked(
    cited: tuple[Store, dict[str, Any]], field: str, forged: object, own: str
) -> None:
    store, saved = cited
    assert saved["citations"][0]["section"] == "Risks > Far"
    assert recheck_all([saved], store, CHECKER).holds
    own = own.replace("FAR", repr(saved["citations"][0]["source"]))
    saved["citations"][0][field] = forged
    assert faults(recheck_all([saved], store, CHECKER).findings) == [
        ("citation 1", f"it gives the {field} as {forged!r}, which is {own}")
    ]


def test_an_older_answer_without_a_date_and_an_article_moved_hold(
    cited: tuple[Store, dict[str, Any]],
) -> None:
    store, saved = cited
    del saved["citations"][0]["date"]
    assert recheck_all([saved], store, CHECKER).holds
    for place in ("/home/reader/articles/far.md", r"C:\articles\far.md"):
        saved["citations"][0] |= {"date": None, "source": place}
        assert recheck_all([saved], store, CHECKER).holds
    saved["citations"][0]["source"] = "/home/reader/articles/near.md"
    assert not recheck_all([saved], store, CHECKER).holds


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("training.\n\n", "", []),
        ("No ", "", [("citation 1", "the words around the quote are not those of the article")]),
        ("", " Not so.", [("citation 1", "the words around the quote are not those of the article")]),
    ],
)
def test_words_around_a_quote_that_are_not_the_articles_fail(
    settings: Settings, before: str, after: str, found: list[tuple[str, str]]
) -> None:
    store = opened(settings)
    saved = quoting(store, COST).to_dict()
    saved["citations"][0] |= {"prefix": before, "suffix": after}
    assert faults(recheck_all([saved], store, CHECKER).findings) == found


def test_a_claim_whose_citation_is_missing_fails(settings: Settings) -> None:
    store = opened(settings)
    wrong = quoting(
        store, STAFF, claims=(claim(STAFF, 1, 7), claim(STAFF), claim("KPO needs no training.", 1))
    )
    found = faults(recheck(wrong.to_dict(), store, CHECKER).findings)
    assert found[:2] == [("claim 1", "it cites [7], which is not there"), ("claim 2", "it cites nothing")]
    assert found[2][0] == "claim 3" and found[2][1].startswith("contradicted")


def test_the_passages_of_a_declined_answer_are_checked(settings: Settings) -> None:
    store = opened(settings)
    tea = store.document("tea")
    near = replace(
        passage("tea", 0, "Tea is brewed"), doc_sha256=tea.sha256, title=tea.title, source=tea.source
    )
    forged = replace(near, text="Tea is stewed")
    dated = replace(near, date="1999-01-01")
    report = recheck_all([Answer(question="Why?", passages=(near, forged, dated)).to_dict()], store, CHECKER)
    assert [(item.what, item.holds) for item in report.findings] == [
        ("passage 1", True),
        ("passage 2", False),
        ("passage 3", True),
        ("passage 3", False),
    ]
    assert report.findings[-1].detail == "it gives the date as '1999-01-01', which is not stated"


def test_what_was_found_of_the_file_comes_first_and_counts(settings: Settings) -> None:
    store = opened(settings)
    before = [Finding(what="text", holds=False, detail="it was changed")]
    report = recheck_all([quoting(store, STAFF).to_dict()], store, CHECKER, before)
    assert not report.holds
    assert report.lines()[0] == "FAILS text: it was changed"


def test_a_missing_field_is_one_line(settings: Settings) -> None:
    with pytest.raises(InputError, match="^The answer lacks the field 'citations': give one saved by"):
        recheck_all([{"claims": []}], opened(settings), CHECKER)


@pytest.mark.parametrize(("form", "name"), [("markdown", "a.md"), ("html", "a.html"), ("json", "a.json")])
def test_the_command_checks_an_export_again(
    form: Form, name: str, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved = quoting(opened(settings), STAFF, COST)
    path = tmp_path / name
    path.write_bytes(to_file([SavedTurn(question="What?", answer=saved)], "What?", form))
    command = ["verify", str(path), "--data-dir", str(settings.data_dir), "--embedder", "hash"]
    assert main(command) == 0
    assert [line.split(":")[0] for line in capsys.readouterr().out.split("\n")] == [
        "ok    citation 1", "ok    citation 2", "ok    claim 1", "ok    claim 2", "",
    ]  # fmt: skip
    path.write_bytes(path.read_bytes().replace(b"KPO needs analysts", b"KPO needs artists"))
    assert main(command) == 1
    out = capsys.readouterr().out
    if form == "json":
        assert "FAILS citation 1: the quote does not stand at its offsets" in out
    else:
        assert out.startswith("FAILS text: the text was changed after it was exported")
        assert "ok    claim 1" in out
    path.write_bytes(b"nothing")
    assert main(command) == 1
    assert capsys.readouterr().err.startswith(f"bpo-kpo: {path} cannot be checked: ")
