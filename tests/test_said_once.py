"""A verdict gives each reason once, and a batch shows itself."""

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from assistant.check.grounds import said_once
from assistant.core.errors import InputError
from assistant.core.types import Answer, Answers

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize(
    ("reasons", "kept"),
    [
        (["The evidence does not say “900 per cent”.", "The evidence does not say 900 %.", "The evidence does not say 1850."], [0, 2]),
        (['The claim says "pays" of BPO, the evidence says it of KPO.', "The claim says of BPO what the evidence says of KPO.", 'The claim exchanges the two sides of "pays".'], [0]),
        (["The claim says of KPO what the evidence says of BPO.", 'The evidence says "repeats" of "BPO work", not of "KPO work".'], [1]),
        (["The claim says three weeks, the evidence says two weeks.", 'The evidence says nothing of "three".'], [0]),
        (["The evidence does not say 5.", "The evidence does not say 50."], [0, 1]),
        (["It is denied.", "It is denied.", "It is doubted."], [0, 2]),
        ([], []),
    ],
)  # fmt: skip
def test_what_was_said_is_not_said_again(reasons: list[str], kept: list[int]) -> None:
    assert said_once(reasons) == tuple(reasons[at] for at in kept)


def test_a_batch_is_a_list_that_shows_itself() -> None:
    answers = Answers(
        [Answer(question="Moon?", reason="off_topic"), Answer(question="<b>?", reason="no_evidence")]
    )
    assert isinstance(answers, list) and len(answers) == 2
    html = answers._repr_html_()
    assert "Moon?" in html and "&lt;b&gt;?" in html and "<b>?" not in html
    assert "Moon?" in str(answers) and "The articles do not plainly answer this." in str(answers)
    assert "**Moon\\?**" in answers._repr_markdown_()


def test_a_batch_shows_an_error_in_the_place_of_an_answer() -> None:
    held: list[Any] = [
        Answer(question="Moon?", reason="off_topic"),
        InputError("The question is <b>empty</b>."),
    ]
    answers = Answers(held)
    html = answers._repr_html_()
    assert (
        "This question could not be answered." in html and "The question is &lt;b&gt;empty&lt;/b&gt;." in html
    )
    assert "Note: The question is <b>empty</b>." in str(answers)
    assert r"*Note: The question is \<b\>empty\<\/b\>\.*" in answers._repr_markdown_()


def test_an_error_in_a_notebook_is_one_line_without_a_path_of_this_machine() -> None:
    source = (
        "from pathlib import Path\n"
        "from assistant import InputError\n"
        "def fails():\n"
        "    raise InputError(f'The file {Path.home()}/notes.md\\nis empty: fill it.')\n"
        "fails()"
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])  # type: ignore[no-untyped-call]
    NotebookClient(
        notebook, kernel_name="python3", allow_errors=True, resources={"metadata": {"path": str(ROOT)}}
    ).execute()
    (output,) = notebook.cells[0].outputs
    assert output.traceback == ["InputError: The file ~/notes.md is empty: fill it."]
