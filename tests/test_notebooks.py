"""The notebooks: each is run from a clean kernel, and what is stored in it is what its cells give."""

import json
import re
from functools import lru_cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import nbformat
import pytest

from assistant.core.settings import load_settings
from assistant.models.chat.gguf.weights import find_weights

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
SPEC = spec_from_file_location("renew", NOTEBOOKS / "renew.py")
assert SPEC and SPEC.loader
renew = module_from_spec(SPEC)
SPEC.loader.exec_module(renew)
NAMES = renew.NAMES
MOST_BYTES = 60_000
FEWER = (
    "COUNT = 10  # questions",
    "COUNT = 4  # questions",
)  # more narrow the intervals, which nothing here reads
SHOWN = {
    # notebook, cell, form: words that stand there, in the stored output as in a fresh one
    ("ask", "ingest", "text/plain"): ["20 documents"],
    ("ask", "opened", "stream"): ["default"],
    ("ask", "compare", "text/html"): [
        "Most sources draw the line between BPO and KPO at rules versus judgement.",
        "Basis of the work",
        "[2]",
    ],
    ("ask", "citation", "stream"): [
        "quoted: BPO means paying an outside company to run one or more business processes",
        "before: The letters BPO stand for Business Process Outsourcing.",
        "after:   A company that uses BPO",
    ],
    ("ask", "proof", "text/plain"): ["True"],
    ("ask", "list", "stream"): [
        "Barriers of communication and culture in KPO hinder collaboration",
        "[3]",
    ],
    ("ask", "frame", "text/html"): ["supported", "comparison-article-bpo-kpo"],
    ("ask", "declined", "text/html"): ["The articles do not plainly answer this.", "Brazil"],
    ("ask", "status", "text/plain"): ["('declined', 'no_evidence')"],
    ("ask", "search", "text/html"): ["When to plan the exit"],
    ("ask", "right", "stream"): ["Supported by the evidence"],
    ("ask", "swapped", "text/html"): [
        "Contradicted",
        "The evidence says &quot;repeats&quot; of &quot;BPO work&quot;, not of &quot;KPO work&quot;.",
    ],
    ("ask", "chat", "text/plain"): ["English voice service"],
    ("ask", "follow", "stream"): ["What kind of work is India preferred for?", "analytical work [1]."],
    ("ask", "stream", "stream"): ["* Gain-sharing means that the provider accepts", "answered"],
    ("ask", "batch", "stream"): ["answered: Step-in rights allow", "31 October 2014", "declined: off_topic"],
    ("own_articles", "ingest", "text/plain"): ["Index 'bakery': 3 documents"],
    ("own_articles", "ask", "text/html"): ["because its floor keeps the heat for hours"],
    ("own_articles", "contrast", "text/html"): ["while a delivery to the villages costs 4 euros"],
    ("own_articles", "declined", "text/html"): ["The articles do not plainly answer this."],
    ("own_articles", "cases", "text/html"): ["10 cases made: 8 answerable, 2 not.", "2 dropped:"],
    ("own_articles", "cases-seen", "text/html"): ["When did the Quay Lane bakery open?", "1987"],
    ("own_articles", "evaluate", "text/html"): [
        "8 of 8 answerable questions answered rightly",
        "2 of 2 questions without an answer declined",
        "report.html",
    ],
    ("own_articles", "rows", "text/html"): ["What does HACCP stand for?", "declined"],
    ("own_articles", "measures", "text/html"): ["citation_precision", "1.0"],
    ("own_articles", "hand-run", "text/html"): ["by-hand", "True"],
    ("own_articles", "compare", "text/html"): ["worse, 0 better", "No figure shows a difference."],
    ("own_articles", "changes", "text/html"): ["right, now declined wrongly"],
    ("own_articles", "report", "stream"): ["runs/cases-", "/report.html"],
    ("compare_models", "run", "stream"): [
        "ollama:llama3.2 is left out: ",
        "The model llama3.2 cannot be reached",
    ],
    ("compare_models", "table", "text/html"): ["none", "embedded", "withheld_rate", "total_median"],
    ("compare_models", "intervals", "text/html"): ["low", "high"],
    ("compare_models", "compare", "text/html"): ["golden-none-", "golden-embedded-smollm2-135m-instruct-"],
}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A data folder with the weights alone, and a folder whose one kernel is the running Python."""
    root = tmp_path_factory.mktemp("notebooks")
    weights = find_weights(load_settings())
    if weights is None:
        pytest.fail("no weights: run `bpo-kpo setup`, or `make test`, which does")
    return renew.prepared(root, weights), root / "kernels"


@lru_cache
def executed(name: str, data: Path, kernels: Path) -> Any:
    """Return a notebook with the outputs of a fresh run; raises where a cell fails."""
    return renew.executed(source(name).replace(*FEWER), data, kernels)


def source(name: str) -> str:
    return (NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8")


def stored(name: str) -> Any:
    return json.loads(source(name))


def output(notebook: Any, cell_id: str, form: str) -> str:
    """Return what a cell gives in one form: "stream" for what it prints, else a media type."""
    cell = next(cell for cell in notebook["cells"] if cell["id"] == cell_id)
    found = [
        item["text"] if form == "stream" else item["data"][form]
        for item in cell["outputs"]
        if (item["output_type"] == "stream" and form == "stream" and item["name"] == "stdout")
        or form in item.get("data", {})
    ]
    return "".join("".join(text) for text in found)


def holds(text: str, words: str) -> bool:
    """Tell whether words stand in a text, lines and HTML's escapes apart."""
    plain = " ".join(text.replace("&#x27;", "'").split())
    return " ".join(words.split()) in plain


@pytest.mark.parametrize("name", NAMES)
def test_every_cell_runs_and_shows_what_it_is_to(name: str, folders: tuple[Path, Path]) -> None:
    fresh = executed(name, *folders)
    for (of, cell, form), expected in SHOWN.items():
        if of == name:
            text = output(fresh, cell, form)
            assert [words for words in expected if not holds(text, words)] == [], (cell, text)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_stored_is_what_the_cells_give(name: str) -> None:
    for (of, cell, form), expected in SHOWN.items():
        if of == name:
            text = output(stored(name), cell, form)
            assert [words for words in expected if not holds(text, words)] == [], (cell, text)


@pytest.mark.parametrize("name", NAMES)
def test_cells_that_show_something_fresh_have_it_stored(name: str, folders: tuple[Path, Path]) -> None:
    fresh = executed(name, *folders)
    for old, new in zip(stored(name)["cells"], fresh["cells"], strict=True):
        assert old["id"] == new["id"]
        if new["cell_type"] == "code":
            assert forms(old) == forms(new), old["id"]


def forms(cell: Any) -> set[str]:
    """Return the forms a reader sees: printed text, and the richest of each value; progress bars are gone by then."""
    kinds = set()
    for item in cell["outputs"]:
        data = item.get("data", {})
        if item["output_type"] == "stream" and item["name"] == "stdout":
            kinds.add("stream")
        elif data and "application/vnd.jupyter.widget-view+json" not in data:
            kinds.add("text/html" if "text/html" in data else "text/plain")
    return kinds


@pytest.mark.parametrize("name", NAMES)
def test_the_file_is_small_and_says_nothing_of_the_machine_it_was_made_on(name: str) -> None:
    text = source(name)
    assert len(text.encode()) < MOST_BYTES
    notebook = stored(name)
    nbformat.validate(notebook)
    assert notebook["metadata"] == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    assert text == json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    assert not re.search(r"(?<![\w.<:/])/(?:home|root|tmp|work|var|usr|Users|mnt)/|[A-Z]:\\\\", text)
    assert "<script" not in text.lower() and "widget-state" not in text
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    assert not any(item["output_type"] == "error" for cell in code for item in cell["outputs"])
    assert not any(cell["metadata"] for cell in notebook["cells"])


def test_the_number_of_questions_can_be_lowered() -> None:
    assert source("compare_models").count(FEWER[0]) == 1


def test_everything_is_written_into_the_data_folder(folders: tuple[Path, Path]) -> None:
    data, kernels = folders
    executed("own_articles", data, kernels)
    assert (data / "examples" / "bakery" / "bread.md").is_file()
    assert (data / "indexes" / "bakery" / "CURRENT").is_file()
    assert len(list((data / "runs").glob("cases-*/report.html"))) == 3
    assert sorted(path.name for path in kernels.iterdir()) == ["clean", "ipython"]  # where the kernel ran
