"""Write what people and CI read of a run: the HTML report, the Markdown summary, JUnit XML."""

from collections.abc import Sequence
from pathlib import Path

from assistant.core.errors import InputError
from eval.report.junit import to_xml
from eval.report.page.page import to_html
from eval.report.summary import to_markdown
from eval.run.folder import ABOUT, load_run, read_about, write
from eval.run.types import Run

JUNIT = "junit.xml"


def publish(path: Path, run: Run) -> None:
    """Write report.html, summary.md and junit.xml into the run folder."""
    write(path / "report.html", to_html(run, last_before(path, run)))
    write(path / "summary.md", to_markdown(run))
    write(path / JUNIT, to_xml(run))


def last_before(path: Path, run: Run) -> Run | None:
    """Return the last finished run of the same cases beside this one, None where there is none."""
    found: list[tuple[str, Path]] = []
    cases, started = run.about.get("cases"), str(run.about.get("started") or "")
    for other in path.absolute().parent.iterdir():
        if other == path.absolute() or not (other / ABOUT).is_file():
            continue
        try:
            about = read_about(other)
        except InputError:
            continue  # no run of ours
        same = about.get("status") == "finished" and about.get("cases") == cases
        if same and str(about.get("started")) < started:
            found.append((str(about.get("started")), other))
    try:
        return load_run(max(found)[1]) if found else None
    except InputError:
        return None  # damaged; this run is what counts


def note_gate(path: Path, failing: Sequence[str]) -> None:
    """Write junit.xml anew with the thresholds that are not kept."""
    write(path / JUNIT, to_xml(load_run(path), failing))
