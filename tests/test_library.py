"""Articles of an index and its uploads: names that cannot leave the folder, bounds, removal, named indexes."""

import logging
import socket
import ssl
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from helpers import settings_in
from patience import LONG_S
from test_fetch import anything, certificate, serve

from assistant.assistant import Assistant
from assistant.core.errors import AssistantError, IndexBusy, IndexMismatch, IndexMissing, InputError
from assistant.core.settings import Settings
from assistant.index.writer import IndexWriter
from assistant.models.embedder.embedder import HashEmbedder
from ingest import index
from ingest.fetch import load_url
from ingest.index import build_index
from ingest.split import CHUNKING
from ui.library.indexes import IndexEntry, in_index, list_indexes, make_index, remove_index
from ui.library.job import Job, Outcome, Stopped
from ui.library.library import (
    Article,
    add_files,
    add_page,
    find_articles,
    list_articles,
    read_article,
    rebuild,
    remove_article,
    sort_articles,
)
from ui.library.uploads import safe_name, save_upload, uploads_folder

EMBEDDER = HashEmbedder()


@dataclass(frozen=True)
class File:
    name: str
    data: bytes

    def getvalue(self) -> bytes:
        return self.data


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path / "data")


def add(settings: Settings, *files: tuple[str, str]) -> Outcome:
    return add_files(settings, EMBEDDER, [File(name, words.encode()) for name, words in files], Job("Adding"))


def kept(settings: Settings) -> list[str]:
    folder = uploads_folder(settings)
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def ids(settings: Settings) -> list[str]:
    return sorted(item.doc_id for item in list_articles(settings))


# --- names ---


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("Pricing (2026).MD", "Pricing (2026).md"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("..\\..\\boot.md", "boot.md"),
        ("C:\\Users\\me\\a.md", "a.md"),
        ("/a.md", "a.md"),
        ("\uff0e\uff0e\uff0fwide.md", "wide.md"),  # full-width dots and slash
        ("a\x00b\nc.md", "ab-c.md"),
        ("safe\u202edm.txt", "safedm.txt"),  # would show as "safetxt.md"
        (".hidden.md", "hidden.md"),
        ("...md", "article.md"),
        ("a.md.", "a.md"),
        ("~$draft.docx", "draft.docx"),
        ("con.md", "file-con.md"),
        ("NUL.tar.txt", "file-NUL.tar.txt"),
        ("com¹.md", "file-com1.md"),
        ("console.md", "console.md"),
        ("name. .md", "name.md"),
        ("a:b|c?d*e<f>g.md", "a-b-c-d-e-f-g.md"),
        ("-rf.md", "rf.md"),
        ("Überblick für 業務.pdf", "Überblick für 業務.pdf"),
        ("x" * 300 + ".html", "x" * 100 + ".html"),
        ("業" * 90 + ".md", "業" * 60 + ".md"),  # 180 bytes
    ],
)
def test_a_name_becomes_a_plain_base_name(given: str, name: str) -> None:
    assert safe_name(given) == name


@pytest.mark.parametrize("name", ["a.exe", "a", "", ".md/..", "md", "a.md\u202e.exe", "a.md/b.so"])
def test_other_kinds_are_refused(name: str) -> None:
    with pytest.raises(InputError, match=r"^is of (the kind .*|no known kind), which is not read; "):
        safe_name(name)


def test_one_name_with_other_bytes_gets_a_number_and_the_same_bytes_are_kept_once(settings: Settings) -> None:
    saved = [save_upload(settings, "A b.md", data) for data in (b"one", b"two", b"one", b"two")]
    assert [(path.name, new) for path, new in saved] == [
        ("A b.md", True),
        ("A b-2.md", True),
        ("A b.md", False),
        ("A b-2.md", False),
    ]
    # the same document id, by case, by another suffix, or by an article elsewhere
    assert save_upload(settings, "a-B.txt", b"three")[0].name == "a-B-3.txt"
    assert save_upload(settings, "taken.md", b"four", {"taken"})[0].name == "taken-2.md"
    assert (uploads_folder(settings) / "A b.md").read_bytes() == b"one"


def test_no_name_leaves_the_folder(settings: Settings, tmp_path: Path) -> None:
    for name in ("../x.md", "..\\y.md", "/z.md", "a/../../w.md", "....//v.md", "%2e%2e%2fu.md"):
        save_upload(settings, name, b"words")
    files = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file())
    folder = Path("data/uploads/default")
    assert files == [folder / f"{name}.md" for name in ("2e-2e-2fu", "v", "w", "x", "y", "z")]


def test_a_link_is_not_written_through(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "own.md").write_text("mine")
    uploads_folder(settings).mkdir(parents=True)
    (uploads_folder(settings) / "a.md").symlink_to(tmp_path / "own.md")
    assert save_upload(settings, "a.md", b"words")[0].name == "a-2.md"
    assert (tmp_path / "own.md").read_text() == "mine"


# --- adding ---


def test_good_files_are_added_and_each_bad_one_is_named_without_a_copy(settings: Settings) -> None:
    outcome = add_files(
        settings,
        EMBEDDER,
        [
            File("Tea.md", b"# Tea\n\nTea is brewed.\n"),
            File("../evil.exe", b"MZ"),
            File("empty.txt", b" \n"),
            File("big.txt", b"x" * 20_000_001),
            File("torn.pdf", b"not a pdf"),
            File("milk.md", b"---\nid: tea\n---\nMilk is poured.\n"),
        ],
        Job("Adding"),
    )
    assert outcome.line == "2 articles added. The index 'default' holds 2 articles now."
    reasons = dict(outcome.failed)
    assert list(reasons) == ["../evil.exe", "empty.txt", "big.txt", "torn.pdf"]
    assert reasons["../evil.exe"].startswith("is of the kind '.exe', which is not read; ")
    assert reasons["empty.txt"] == "is empty; fill it first"
    assert reasons["big.txt"] == "holds 20.0 MB; at most 20 MB are read: split it up"
    assert "\n" not in reasons["torn.pdf"]
    assert not any(str(settings.data_dir) in reason for reason in reasons.values())
    assert (kept(settings), ids(settings)) == (["Tea.md", "milk.md"], ["milk", "tea"])


def test_adding_again_changes_nothing_and_other_words_are_another_article(settings: Settings) -> None:
    add(settings, ("tea.md", "Tea is brewed.\n"))
    again = add(settings, ("tea.md", "Tea is brewed.\n"))
    assert again.line == "1 article already there. The index 'default' holds 1 article now."
    add(settings, ("tea.md", "Tea is steeped.\n"))
    assert (ids(settings), kept(settings)) == (["tea", "tea-2"], ["tea-2.md", "tea.md"])


def test_an_uploaded_file_never_takes_the_place_of_an_article_from_elsewhere(
    settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "tea.md").write_text("Tea is mine.\n")
    build_index(settings, EMBEDDER, [str(tmp_path / "tea.md")])
    add(settings, ("tea.md", "Tea is brewed.\n"))
    assert ids(settings) == ["tea", "tea-2"]
    first = read_article(settings, "tea")
    assert first and first.text == "Tea is mine."


def test_bad_files_alone_add_nothing(settings: Settings) -> None:
    outcome = add(settings, ("a.exe", "MZ"))
    assert (outcome.line, len(outcome.failed)) == ("No article was added.", 1)
    assert list_indexes(settings) == []  # least of all the bundled articles


def test_more_files_than_go_at_once_are_refused_as_a_whole(settings: Settings) -> None:
    with pytest.raises(InputError, match=r"^51 files were given, at most 50 go at once"):
        add(settings, *[(f"{n}.md", "Words.") for n in range(51)])
    assert kept(settings) == []


def test_a_busy_index_is_one_line_and_leaves_no_copies(settings: Settings) -> None:
    add(settings, ("tea.md", "Tea is brewed.\n"))
    with IndexWriter(settings, EMBEDDER, CHUNKING):
        with pytest.raises(IndexBusy, match=r"^The index 'default' is busy: another process"):
            add(settings, ("milk.md", "Milk is poured.\n"), ("tea.md", "Tea is brewed.\n"))
        with pytest.raises(IndexBusy):
            remove_article(settings, EMBEDDER, "tea")
        with pytest.raises(IndexBusy, match=r"^The index 'default' is busy: another process"):
            remove_index(settings, "default")
    assert (kept(settings), ids(settings)) == (["tea.md"], ["tea"])


def test_stopped_work_changes_nothing(settings: Settings) -> None:
    add(settings, ("tea.md", "Tea is brewed.\n"))

    class Stopping(Job):
        def embedding(self, done: int, total: int) -> None:
            self.stop()
            super().embedding(done, total)

    with pytest.raises(Stopped, match=r"^Stopped; nothing was changed\.$"):
        add_files(settings, EMBEDDER, [File("milk.md", b"Milk is poured.")], Stopping("Adding"))
    assert (kept(settings), ids(settings)) == (["tea.md"], ["tea"])
    add(settings, ("milk.md", "Milk is poured.\n"))
    assert ids(settings) == ["milk", "tea"]


def test_progress_is_told_by_reading_and_embedding(settings: Settings) -> None:
    stages: list[tuple[str, float]] = []

    class Told(Job):
        def _step(self, stage: str, done: int, total: int) -> None:
            super()._step(stage, done, total)
            stages.append((self.stage, self.share))

    files = [File("tea.md", b"Tea is brewed."), File("milk.md", b"Milk is poured.")]
    add_files(settings, EMBEDDER, files, Told("Adding"))
    assert stages == [("Read 1 of 2", 0.5), ("Read 2 of 2", 1.0), ("Embedded 2 of 2 passages", 1.0)]


def test_another_session_sees_what_was_added_and_removed(settings: Settings) -> None:
    add(settings, ("tea.md", "# Tea\n\nTea is brewed.\n"))
    other = Assistant.open(settings)
    add(settings, ("milk.md", "# Milk\n\nMilk is poured.\n"))
    assert other.titles == ["Milk", "Tea"]
    remove_article(settings, EMBEDDER, "tea")
    assert other.titles == ["Milk"]


# --- pages ---


@pytest.mark.parametrize(
    "address",
    [
        "",
        "tea.md",
        "/etc/passwd",
        "file:///etc/passwd",
        "http://example.org/",
        "https://",
        "https://a b",
        "x://y",
    ],
)
def test_what_is_no_https_address_is_refused(settings: Settings, address: str) -> None:
    with pytest.raises(
        InputError, match=r"is not the address of a page: give one that begins with https://\.$"
    ):
        add_page(settings, EMBEDDER, address, Job("Adding"))
    assert list_indexes(settings) == []


def test_a_page_on_this_machine_is_not_fetched(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"https://127.0.0.1:{server.getsockname()[1]}/a.html"
        outcome = add_page(settings, EMBEDDER, f" {address} ", Job("Adding"))
    assert outcome.line == "No article was added."
    reason = "leads to 127.0.0.1, which is not a public address; download the page by hand"
    assert outcome.failed == ((address, reason),)


def test_a_page_is_fetched_and_indexed_once(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = certificate(tmp_path, "localhost")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    monkeypatch.setattr(index, "load_url", partial(load_url, allow=anything))
    with serve(context) as (_, address):
        page = f"{address.replace('127.0.0.1', 'localhost')}/kpo.html"
        first = add_page(settings, EMBEDDER, page, Job("Adding"))
        again = add_page(settings, EMBEDDER, page, Job("Adding"))
    assert first.line == "1 article added. The index 'default' holds 1 article now."
    assert again.line == "1 article already there. The index 'default' holds 1 article now."
    (article,) = list_articles(settings)
    assert (article.title, article.source, article.words, article.uploaded) == ("On KPO", page, 7, False)


# --- list, read, remove ---


def article(title: str, date: str | None, words: int, source: str) -> Article:
    return Article(doc_id=title, title=title, source=source, date=date, chunks=1, words=words, uploaded=False)


def test_articles_are_counted_searched_and_sorted(settings: Settings) -> None:
    add(settings, ("tea.md", "---\ndate: 2026-01-02\n---\n# On Tea\n\nTea is brewed in hot water.\n"))
    assert list_articles(settings) == [
        Article(
            doc_id="tea",
            title="On Tea",
            source="tea.md",
            date="2026-01-02",
            chunks=1,
            words=8,
            uploaded=True,
            summary="Tea is brewed in hot water.",
        )
    ]
    some = [
        article("beta", "2024-12-31", 30, "z.md"),
        article("Alpha", None, 10, "y.md"),
        article("gamma", "2025", 20, "X.md"),
        article("delta", "2025-02-01", 20, "w.md"),
        article("omega", "2025-10-01", 20, "v.md"),
    ]

    def titles(order: str) -> list[str]:
        return [item.title for item in sort_articles(some, order)]

    assert titles("Title") == ["Alpha", "beta", "delta", "gamma", "omega"]
    assert titles("Newest first") == ["gamma", "omega", "delta", "beta", "Alpha"]
    assert titles("Longest first") == ["beta", "delta", "gamma", "omega", "Alpha"]
    assert titles("Source") == ["omega", "delta", "gamma", "Alpha", "beta"]
    assert [item.title for item in find_articles(some, "2025 A")] == ["gamma", "delta", "omega"]
    assert [item.title for item in find_articles(some, "ALPHA y.md")] == ["Alpha"]
    assert find_articles(some, "alpha z.md") == []
    assert find_articles(some, "  ") == some


def test_an_article_is_read_whole_until_it_is_removed_with_its_copy(settings: Settings) -> None:
    add(settings, ("tea.md", "# Tea\n\nTea is brewed.\n"), ("milk.md", "Milk is poured.\n"))
    document = read_article(settings, "tea")
    assert document and document.text == "Tea\n\nTea is brewed."
    assert remove_article(settings, EMBEDDER, "tea").line == "Removed “Tea”."
    assert read_article(settings, "tea") is None
    assert (ids(settings), kept(settings)) == (["milk"], ["milk.md"])
    with pytest.raises(InputError, match="no longer holds this article"):
        remove_article(settings, EMBEDDER, "tea")
    remove_article(settings, EMBEDDER, "milk")
    assert list_articles(settings) == []


def test_the_users_own_file_stays_when_its_article_is_removed(settings: Settings, tmp_path: Path) -> None:
    own = tmp_path / "tea.md"
    own.write_text("Tea is mine.\n")
    build_index(settings, EMBEDDER, [str(own)])
    remove_article(settings, EMBEDDER, "tea")
    assert own.exists() and list_articles(settings) == []
    beside = uploads_folder(settings).parent / "mine.md"  # in the data folder, but no upload of this index
    beside.parent.mkdir()
    beside.write_text("Milk is mine.\n")
    build_index(settings, EMBEDDER, [str(beside)])
    remove_article(settings, EMBEDDER, "mine")
    assert beside.exists()


def test_building_anew_keeps_every_article(settings: Settings) -> None:
    add(settings, ("tea.md", "Tea is brewed.\n"), ("milk.md", "Milk is poured.\n"))
    before = list_articles(settings)
    (uploads_folder(settings) / "tea.md").unlink()
    assert rebuild(settings, EMBEDDER, Job("Anew")).line == "Built anew: 2 articles."
    assert list_articles(settings) == before


# --- indexes ---


def test_indexes_are_made_listed_and_removed(settings: Settings) -> None:
    job = Job("Making")
    assert list_indexes(settings) == []
    mine = make_index(settings, EMBEDDER, "a_mine", bundled=False, job=job)
    assert mine.line == "The index 'a_mine' is made; it holds 0 articles."
    bundled = make_index(settings, EMBEDDER, "default", bundled=True, job=job)
    assert bundled.line == "The index 'default' is made; it holds 20 articles."
    add(in_index(settings, "a_mine"), ("tea.md", "Tea is brewed.\n"))
    found = list_indexes(settings)
    assert [(entry.name, entry.articles) for entry in found] == [("default", 20), ("a_mine", 1)]
    assert found[1] == IndexEntry(name="a_mine", articles=1, chunks=1)
    remove_index(settings, "a_mine")
    assert [entry.name for entry in list_indexes(settings)] == ["default"]
    assert not (settings.data_dir / "indexes" / "a_mine").exists()
    assert not (settings.data_dir / "uploads" / "a_mine").exists()
    with pytest.raises(InputError, match="There is no index named 'a_mine' any more"):
        remove_index(settings, "a_mine")


def test_an_index_made_anew_under_its_old_name_is_another_one(settings: Settings) -> None:
    add(settings, ("tea.md", "# Tea\n\nTea is brewed in hot water.\n"))
    held = Assistant.open(settings)
    assert held.search("tea")[0].text == "Tea is brewed in hot water."
    remove_index(settings, "default")
    with pytest.raises(IndexMissing):
        held.search("tea")
    make_index(settings, EMBEDDER, "default", bundled=False, job=Job("Making"))
    assert (held.titles, held.search("tea")) == ([], [])
    add(settings, ("tea.md", "# Tea\n\nTea is cold.\n"))
    assert [passage.text for passage in held.search("tea")] == ["Tea is cold."]


def test_an_empty_index_answers_that_it_knows_nothing(settings: Settings) -> None:
    make_index(settings, EMBEDDER, "empty", bundled=False, job=Job("Making"))
    answer = Assistant.open(in_index(settings, "empty")).ask("What is tea?")
    assert (answer.status, answer.claims) == ("declined", ())


@pytest.mark.parametrize(
    "name", ["", "..", "../other", "a/b", ".hidden", "con", "x" * 65, "a b", "dot.", "é"]
)
def test_a_name_that_could_leave_the_folder_is_refused(settings: Settings, name: str) -> None:
    with pytest.raises(InputError, match="cannot be the name of an index: begin with a letter or digit"):
        make_index(settings, EMBEDDER, name, bundled=False, job=Job("Making"))
    with pytest.raises(InputError):
        remove_index(settings, name)
    assert not settings.data_dir.exists()


def test_a_name_is_taken_in_any_case(settings: Settings) -> None:
    make_index(settings, EMBEDDER, "Mine", bundled=False, job=Job("Making"))
    with pytest.raises(InputError, match="There is an index named 'Mine' already: choose another name"):
        make_index(settings, EMBEDDER, "mine", bundled=False, job=Job("Making"))


def test_a_linked_index_is_not_emptied(settings: Settings, tmp_path: Path) -> None:
    elsewhere = settings_in(tmp_path / "elsewhere")
    add(elsewhere, ("tea.md", "Tea is brewed.\n"))
    settings.index_dir.parent.mkdir(parents=True)
    settings.index_dir.symlink_to(elsewhere.index_dir)
    with pytest.raises(InputError):
        remove_index(settings, "default")
    assert ids(elsewhere) == ["tea"]


def test_a_damaged_index_is_listed_with_its_reason_and_can_be_removed(settings: Settings) -> None:
    add(settings, ("tea.md", "Tea is brewed.\n"))
    (manifest,) = settings.index_dir.glob("g-*/manifest.json")
    manifest.write_text("{")
    with pytest.raises(IndexMismatch, match=r"^The index 'default' is damaged and cannot be read: remove it"):
        list_articles(settings)
    (entry,) = list_indexes(settings)
    assert entry.problem and entry.problem.startswith("The index 'default' is damaged")
    remove_index(settings, "default")
    assert (list_indexes(settings), kept(settings)) == ([], [])


# --- work ---


def test_what_goes_wrong_is_one_line_and_the_unforeseen_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    def known(_: Job) -> Outcome:
        raise AssistantError("The index is busy: try again.")

    def unforeseen(_: Job) -> Outcome:
        raise ZeroDivisionError("by zero")

    jobs = []
    for work in (known, unforeseen):
        job = Job("Adding")
        with caplog.at_level(logging.ERROR):
            job.start(work)
            assert job.done.wait(LONG_S)
        jobs.append((job.error, job.outcome))
    assert jobs == [
        ("The index is busy: try again.", None),
        ("The work failed with ZeroDivisionError; the terminal shows the details.", None),
    ]
    assert "ZeroDivisionError: by zero" in caplog.text
