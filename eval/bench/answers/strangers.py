"""Ask what strangers asked of twelve everyday documents: what is quoted, and what a model's own searches find besides.

    python -m eval.bench.answers.strangers [--data FOLDER]

Documents and questions are by someone who had not seen the program, in hardly a word of the documents; the questions
on the first six were looked at while it was changed, the others were not. For a question whose passage is not among
the first eight, searches are recorded as a chat model wrote them, blind, to the product's own request. Eight documents by
another stranger, with questions of all kinds (in haste, stories, lists, false premises), are in eval/bench/data/strangers_more;
120 questions by a third one on the bundled articles, of whose gold sentences any one is enough, in eval/bench/data/strangers_corpus;
100 by a fourth one on 20 records of four kinds (leases, CVs, contracts, minutes), in eval/bench/data/strangers_records.
"""

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import corpus
from assistant.assistant import Assistant
from assistant.core.settings import load_settings
from assistant.core.types import Answer, Passage
from assistant.index.search import search, searched
from assistant.write.model.search import read_searches
from ingest.bring import bring

DATA = Path(__file__).parents[1] / "data" / "strangers"
FIRST = 8  # passages
SHOWN = {"answered": "sure", "partial": "offered", "declined": "declined"}


def main() -> None:
    """Print the counts for the questions looked at and for the others."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--data",
        type=Path,
        default=DATA,
        help="folder with questions.jsonl, and documents/ if other than the articles",
    )
    given = parser.parse_args()
    cases = [json.loads(line) for line in (given.data / "questions.jsonl").read_text("utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(data_dir=Path(folder), model="none")
        own = given.data / "documents"
        documents = own if own.is_dir() else Path(corpus.__file__).parent
        bring(settings, [str(documents)], progress=False)
        assistant = Assistant.open(settings)
        for seen in (True, False):
            counts = Counter[str]()
            for case in cases:
                if case["seen"] == seen:
                    counts.update(counted(case, assistant.ask(case["question"]), assistant))
            print(f"{'looked at' if seen else 'not looked at'}: {dict(sorted(counts.items()))}", flush=True)


def counted(case: dict[str, Any], answer: Answer, assistant: Assistant) -> list[str]:
    """Return what is to be counted of one answer."""
    kind = SHOWN[answer.status]
    if not case["answerable"]:
        return [f"near miss {kind}"]
    gold, enough = case["gold"], any if case.get("any") else all
    texts = [claim.text for claim in answer.claims] + [citation.quote for citation in answer.citations]
    store, asked = assistant.retriever.store, case["question"]
    first = search(store, asked, FIRST)
    more = searched(store, read_searches(case.get("searches", ""), asked), FIRST, first)
    told = {
        f"answerable {kind}": True,
        f"answerable {kind}, gold quoted": enough(within(one, texts) for one in gold),
        f"in the first {FIRST}": holds(first, gold),
        "with searches": holds([*first, *more], gold),
    }
    return [what for what, so in told.items() if so]


def holds(passages: Sequence[Passage], gold: Sequence[str]) -> bool:
    """Tell whether a passage holds any of the gold words."""
    return any(within(one, [passage.text for passage in passages]) for one in gold)


def within(words: str, texts: Sequence[str]) -> bool:
    """Tell whether a text holds words, however lines are broken."""
    return any(" ".join(words.split()) in " ".join(text.split()) for text in texts)


if __name__ == "__main__":
    main()
