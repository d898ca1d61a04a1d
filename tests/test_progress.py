import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from patience import LONG_S

SHOW = """
from assistant.show.notebook.progress import bar
with bar("Asking", 2, shown=SHOWN) as done:
    done.update(1)
    done.update(1)
"""


def script(shown: bool) -> str:
    return SHOW.replace("SHOWN", str(shown))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
@pytest.mark.parametrize(("shown", "seen"), [(True, True), (False, False)])
def test_a_terminal_shows_a_bar_unless_it_is_switched_off(shown: bool, seen: bool) -> None:
    import pty
    import termios

    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    with subprocess.Popen([sys.executable, "-c", script(shown)], stdout=theirs, stderr=theirs) as run:
        os.close(theirs)
        written = b""
        try:
            while piece := os.read(ours, 4096):
                written += piece
        except OSError:  # how Linux says that the other end is closed
            pass
        assert run.wait(LONG_S) == 0
    os.close(ours)
    assert (b"Asking" in written) == seen
    assert bool(written) == seen


def test_no_terminal_sees_nothing() -> None:
    run = subprocess.run([sys.executable, "-c", script(True)], capture_output=True, check=True)
    assert (run.stdout, run.stderr) == (b"", b"")


@pytest.mark.parametrize("widgets", [True, False])
def test_a_notebook_shows_a_bar_with_widgets_or_without_and_never_a_warning(
    widgets: bool, tmp_path: Path
) -> None:
    without = "" if widgets else "import sys; sys.modules['ipywidgets'] = None\n"
    # left standing, since a bar that has ended is taken away
    source = (
        without
        + "from assistant.show.notebook.progress import bar\nheld = bar('Asking', 2)\nheld.__enter__().update(1)"
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])  # type: ignore[no-untyped-call]
    NotebookClient(
        notebook,
        timeout=int(LONG_S),
        startup_timeout=int(LONG_S),
        iopub_timeout=int(LONG_S),
        resources={"metadata": {"path": str(tmp_path)}},
    ).execute()
    outputs = notebook.cells[0].outputs
    kinds = {kind for output in outputs for kind in output.get("data", {})}
    written = "".join(output.get("text", "") for output in outputs)
    assert ("application/vnd.jupyter.widget-view+json" in kinds) == widgets
    assert ("Asking" in written) == (not widgets)
    assert "Warning" not in written
