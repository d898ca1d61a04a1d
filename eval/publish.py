"""Write what people and CI read of a run: the HTML report, the Markdown summary, JUnit XML."""

from collections.abc import Sequence
from pathlib import Path

from eval.folder import load_run, write
from eval.report.junit import to_xml
from eval.report.page import to_html
from eval.report.summary import to_markdown
from eval.types import Run

JUNIT = "junit.xml"


def publish(path: Path, run: Run) -> None:
    """Write report.html, summary.md and junit.xml into the run folder."""
    write(path / "report.html", to_html(run))
    write(path / "summary.md", to_markdown(run))
    write(path / JUNIT, to_xml(run))


def note_gate(path: Path, failing: Sequence[str]) -> None:
    """Write junit.xml anew with the thresholds that are not kept."""
    write(path / JUNIT, to_xml(load_run(path), failing))
