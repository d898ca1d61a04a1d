from pathlib import Path

import pytest
from helpers import settings_in

from assistant.core.errors import InputError
from assistant.core.settings import Settings
from assistant.index.store import Store
from assistant.models.embedder.embedder import HashEmbedder
from ingest.index import IndexReport, build_index


def article(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def build(settings: Settings, *sources: Path, rebuild: bool = False) -> IndexReport:
    return build_index(settings, HashEmbedder(), [str(path) for path in sources], rebuild=rebuild)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path / "data")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    article(folder, "a.txt", "KPO needs experts.\n")
    article(folder, "b.md", "# Rules\n\nBPO follows rules.\n")
    return folder


def test_the_second_run_does_nothing(settings: Settings, folder: Path) -> None:
    first = build(settings, folder)
    assert (first.added, first.unchanged, first.documents, first.chunks) == (["a", "b"], [], 2, 2)
    index_id = Store.open(settings, HashEmbedder()).manifest.index_id
    second = build(settings, folder)
    assert (second.added, second.updated, second.removed, second.failed) == ([], [], [], [])
    assert second.unchanged == ["a", "b"]
    assert Store.open(settings, HashEmbedder()).manifest.index_id == index_id


def test_changed_new_and_vanished_files_are_counted(settings: Settings, folder: Path) -> None:
    build(settings, folder)
    article(folder, "a.txt", "KPO needs professionals.\n")
    article(folder, "c.txt", "A third article.\n")
    (folder / "b.md").unlink()
    report = build(settings, folder)
    assert (report.added, report.updated, report.removed, report.unchanged) == (["c"], ["a"], ["b"], [])
    texts = [chunk.text for chunk in Store.open(settings, HashEmbedder()).chunks]
    assert texts == ["KPO needs professionals.", "A third article."]


def test_a_file_that_fails_keeps_its_earlier_version_and_the_rest_goes_on(
    settings: Settings, folder: Path
) -> None:
    build(settings, folder)
    article(folder, "a.txt", "")
    article(folder, "c.txt", "A third article.\n")
    report = build(settings, folder)
    assert (report.added, report.unchanged, report.removed) == (["c"], ["b"], [])
    assert [source for source, _ in report.failed] == [str(folder / "a.txt")]
    assert "empty" in report.failed[0][1]
    assert Store.open(settings, HashEmbedder()).document("a").text == "KPO needs experts."


def test_two_files_of_one_name_are_told_apart_by_their_suffix(settings: Settings, folder: Path) -> None:
    article(folder, "a.md", "Other words.\n")
    assert build(settings, folder).added == ["a", "a.txt", "b"]
    (folder / "a.md").unlink()
    article(folder, "a.txt", "KPO needs experts now.\n")
    report = build(settings, folder)
    assert (report.updated, report.removed) == (["a.txt"], ["a"])  # what it was called it stays


def test_a_folder_of_the_same_names_elsewhere_takes_nothing_away(
    settings: Settings, folder: Path, tmp_path: Path
) -> None:
    build(settings, folder)
    article(tmp_path / "More notes", "a.txt", "Quite another article.\n")
    assert build(settings, tmp_path / "More notes").added == ["more-notes/a"]
    store = Store.open(settings, HashEmbedder())
    assert [store.document(name).text for name in ("a", "more-notes/a")] == [
        "KPO needs experts.",
        "Quite another article.",
    ]


def test_an_id_given_twice_loses_no_file(settings: Settings, tmp_path: Path) -> None:
    for year in ("2023", "2024"):
        (tmp_path / "notices" / year).mkdir(parents=True)
        article(tmp_path / "notices" / year, "notice.md", f"---\nid: notice\n---\nThe fee of {year}.\n")
    report = build(settings, tmp_path / "notices")
    assert (report.added, report.failed) == (["notice", "2024/notice"], [])
    store = Store.open(settings, HashEmbedder())
    assert [store.document(name).text for name in report.added] == ["The fee of 2023.", "The fee of 2024."]
    assert build(settings, tmp_path / "notices").unchanged == report.added


def test_a_renamed_file_with_an_id_of_its_own_is_an_update(settings: Settings, folder: Path) -> None:
    text = "---\nid: kept\n---\nThe same words.\n"
    article(folder, "one.md", text)
    build(settings, folder)
    (folder / "one.md").rename(folder / "two.md")
    report = build(settings, folder)
    assert (report.added, report.removed, report.updated) == ([], [], ["kept"])
    assert Store.open(settings, HashEmbedder()).document("kept").source == "two.md"


def test_other_folders_stay_when_one_is_ingested(settings: Settings, folder: Path, tmp_path: Path) -> None:
    build(settings, folder)
    article(tmp_path / "more", "d.txt", "A fourth article.\n")
    report = build(settings, tmp_path / "more")
    assert (report.added, report.removed, report.documents) == (["d"], [], 3)


def test_rebuild_keeps_documents_whose_files_are_gone(settings: Settings, folder: Path) -> None:
    build(settings, folder)
    before = Store.open(settings, HashEmbedder()).manifest
    for path in folder.iterdir():
        path.unlink()
    report = build(settings, rebuild=True)
    assert report.updated == ["a", "b"]
    assert Store.open(settings, HashEmbedder()).manifest.index_id == before.index_id


def test_a_missing_folder_is_a_known_error_and_builds_nothing(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        build(settings, tmp_path / "nowhere")
    assert not (settings.index_dir / "CURRENT").exists()


def test_the_bundled_corpus_is_the_default_and_named_the_same_everywhere(settings: Settings) -> None:
    report = build(settings)
    assert (report.documents, report.failed) == (20, [])
    store = Store.open(settings, HashEmbedder())
    assert store.document("bpo-kpo-ito-defined").source == "corpus/bpo-kpo-ito-defined.md"
