"""Ask a person whether claims that a model wrote follow from the words they cite, and whether answers answer.

A quotation is not compared with itself: of answers made of quotations only the second is asked.
"""

import random
import textwrap
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import zip_longest

from assistant.core.plain import marked
from assistant.core.types import Answer, Claim, Verdict
from assistant.text.legible import drop_unseen
from eval.run.types import ANSWER, Label, Row, Run

KEYS: dict[str, Verdict] = {"s": "supported", "c": "contradicted", "u": "unsupported", "?": "unjudged"}
ASKED = "s supported, c contradicted, u unsupported, ? cannot tell, b back, q quit (a note may follow): "
ANSWERS: dict[str, Verdict] = {"y": "supported", "p": "unverified", "n": "unsupported", "?": "unjudged"}
ANSWERED = (
    "Does it answer the question? y yes, p in part, n no, ? cannot tell, b back, q quit (a note may follow): "
)
_WORDS = {"y": "yes", "p": "in part", "n": "no"}
NARROW = 60  # columns below which claim and evidence stand one under the other
BETWEEN = " | "


def to_label(run: Run, count: int, seed: int) -> list[tuple[Row, int]]:
    """Return at most `count` of what has no label: row, and position of a claim that a model wrote, from 0, or ANSWER.

    All are put in one random order for the seed, whatever the order of the rows, and those labelled are
    left out: what was labelled with one seed is always a simple random sample.
    """
    rows = {row.case.id: row for row in run.rows if row.answer and row.answer.claims}
    written = [(name, at) for name, row in rows.items() for at in written_in(_answer(row))]
    places = sorted([*written, *((name, ANSWER) for name in rows)])
    random.Random(seed).shuffle(places)
    done = {(label.case_id, label.claim) for label in run.labels}
    return [(rows[name], at) for name, at in places if (name, at) not in done][: max(0, count)]


def written_in(answer: Answer) -> list[int]:
    """Return the positions of the claims that a model wrote."""
    return [at for at, claim in enumerate(answer.claims) if claim.origin == "model"]


def screen(row: Row, claim: int, width: int) -> list[str]:
    """Return the lines that show a claim beside the words it cites, at most `width` columns, without any verdict.

    A claim without citations stands beside the passages, the whole answer under its question alone. Control characters
    are left out.
    """
    answer = _answer(row)
    if claim == ANSWER:
        asked = textwrap.wrap(f"Question: {_plain(row.case.question)}", width)
        return [*asked, "", "ANSWER", *_wrapped([_plain(marked(item)) for item in answer.claims], width)]
    own = [_plain(answer.claims[claim].text)]
    lines = textwrap.wrap(f"Question: {_plain(answer.read_as or row.case.question)}", width)
    sources = [
        paragraph for head, words in _sources(answer, answer.claims[claim]) for paragraph in (head, words, "")
    ]
    if width < NARROW:
        return [*lines, "", "CLAIM", *_wrapped(own, width), "", "EVIDENCE", *_wrapped(sources, width)]
    left = (width - len(BETWEEN)) * 2 // 5
    right = width - len(BETWEEN) - left
    columns = zip_longest(
        ["CLAIM", *_wrapped(own, left)], ["EVIDENCE", *_wrapped(sources, right)], fillvalue=""
    )
    return [*lines, "", *(f"{one:{left}}{BETWEEN}{other}".rstrip() for one, other in columns)]


def _sources(answer: Answer, claim: Claim) -> Iterator[tuple[str, str]]:
    """Yield title with section, and words, of what a claim cites, or else of the passages."""
    cited = [item for n in claim.citations for item in answer.citations if item.n == n]
    for number, item in enumerate(cited, 1):
        yield _head(number, item.title, item.section), _plain(item.quote)
    for number, passage in enumerate(() if cited else answer.passages, 1):
        yield _head(number, passage.title, passage.section), _plain(passage.text)


def _head(number: int, title: str, section: str) -> str:
    return _plain(f"({number}) {title}" + (f", {section}" if section else ""))


def _plain(text: str) -> str:
    return " ".join(drop_unseen(text).split())


def _wrapped(paragraphs: Sequence[str], width: int) -> list[str]:
    return [line for text in paragraphs for line in textwrap.wrap(text, width) or [""]]


def _answer(row: Row) -> Answer:
    assert row.answer is not None
    return row.answer


def read_key(text: str, keys: Mapping[str, Verdict] = KEYS) -> Verdict | None:
    """Return the verdict a key stands for, or its whole word; None for anything else."""
    said = text.strip().lower()
    words = {_WORDS.get(key, verdict): verdict for key, verdict in keys.items()}
    return keys.get(said) or words.get(said)


def label(
    run: Run,
    count: int,
    seed: int,
    read: Callable[[str], str],
    write: Callable[[str], object],
    keep: Callable[[Label], None],
    *,
    width: int = 100,
) -> int:
    """Show claims and answers one by one and keep each verdict at once; return how many were labelled.

    `read` is given the prompt and returns what was typed: a key, and after a space a note. "b" goes back one,
    "q" and the end of input quit; anything else is asked again. A second verdict on a claim replaces the first.
    """
    todo = to_label(run, count, seed)
    if not todo:
        write("Every claim and answer is labelled." if count > 0 else "Nothing to label.")
    at, kept = 0, set()
    while at < len(todo):
        row, claim = todo[at]
        for line in ["", f"{at + 1} of {len(todo)}", *screen(row, claim, width), ""]:
            write(line)
        keys, asked = (ANSWERS, ANSWERED) if claim == ANSWER else (KEYS, ASKED)
        typed = _typed(read, asked)
        key, _, note = typed.partition(" ")
        verdict = read_key(key, keys)
        if verdict:
            keep(Label(case_id=row.case.id, claim=claim, verdict=verdict, note=note.strip()))
            kept.add(at)
            at += 1
        elif key.lower() in ("q", "quit"):
            break
        elif key.lower() in ("b", "back"):
            at = max(0, at - 1)
        else:
            known = ", ".join(list(keys)[:-1])
            write(f"{_plain(key)!r} is no verdict: type {known} or ?, or b to go back, q to quit.")
    return len(kept)


def answered(labels: Sequence[Label]) -> str:
    """Sum up what a person said of whole answers: "9 of 12 answers answer their question, 1 in part, 2 do not."; or ""."""
    last = {item.case_id: item.verdict for item in labels if item.claim == ANSWER}
    said = Counter(last.values())
    judged = len(last) - said["unjudged"]
    if not judged:
        return ""
    noun = "answer answers its" if judged == 1 else "answers answer their"
    parts = f"{said['supported']} of {judged} {noun} question, says a person"
    return f"{parts}; {said['unverified']} in part, {said['unsupported']} not."


def _typed(read: Callable[[str], str], asked: str) -> str:
    try:
        return read(asked).strip()
    except (EOFError, KeyboardInterrupt):
        return "q"
