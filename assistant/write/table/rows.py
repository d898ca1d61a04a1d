"""Choose the rows of a comparison table: strong, each about something else, the one-sided ones last."""

from collections import Counter
from collections.abc import Sequence

from assistant.models.embedder.embedder import Vectors
from assistant.text.lexicon.contrasts import Contrast, named
from assistant.write.table.aspects import fits, heading_of
from assistant.write.table.cache import SAME_WORDS, Reading, Row, overlap, pair_of
from assistant.write.table.cells import Alone, Cell, Pair
from assistant.write.table.clauses import label_of, said_by_somebody
from assistant.write.table.pairing import content

MIN_ROWS, MAX_ROWS = 2, 8  # rows with both sides
MAX_ONE_SIDED, MAX_WHOLE = 3, 2
SHORTLIST = 20  # pairs that are embedded
SAME_MEANING = 0.8  # cosine from which two rows say the same
KNOWN = 0.34  # shared content words from which something was said before, or of the other side too
SECTION_COST = 0.15  # of each further row from one section
BASE = {"split": 1.0, "alone": 0.85, "whole": 0.5, "row": 0.45}
EASY = 18  # words a cell may have before it loses strength


def wide_rows(reading: Reading) -> list[Row]:
    """Return the rows for a question about the difference as a whole; none where two-sided ones are too few."""
    strength = {id(pair): _strength(reading, pair) for pair in reading.pairs}
    ranked = sorted(reading.pairs, key=lambda pair: -strength[id(pair)])
    whole = sorted((pair for pair in ranked if pair.kind == "whole"), key=lambda pair: not pair.disputed)
    ranked = [pair for pair in ranked if pair.kind != "whole"][:SHORTLIST] + whole[: 2 * MAX_WHOLE]
    if not ranked:
        return []
    vectors = reading.vectors([pair.text for pair in ranked])
    for pair, vector in zip(ranked, vectors, strict=True):
        strength[id(pair)] += 0.4 * max(0.0, reading.labels.nearest(vector, reading)[1])
    rows = _greedy(reading, ranked, vectors, strength)
    sure = sum(pair.kind != "whole" for _, pair in rows)
    if len(rows) < MIN_ROWS or not sure:
        return []
    rows.sort(key=lambda row: (row[1].kind == "whole", row[0] != "Meaning"))
    return rows + (one_sided(reading, rows) if sure >= MAX_ROWS // 2 else [])


def _greedy(
    reading: Reading, ranked: Sequence[Pair], vectors: Vectors, strength: dict[int, float]
) -> list[Row]:
    """Take the strongest pair that says something new, again and again; each section counts less every time."""
    rows: list[Row] = []
    kept: list[int] = []
    left = list(range(len(ranked)))
    places: Counter[tuple[int, str]] = Counter()
    for limit in (
        MAX_ROWS - MAX_WHOLE,
        MAX_ROWS,
    ):  # room is kept for whole sentences, filled where there are none
        passed: list[int] = []
        while left and len(rows) < MAX_ROWS:
            at = max(left, key=lambda k: strength[id(ranked[k])] - SECTION_COST * places[_place(ranked[k])])
            left.remove(at)
            pair = ranked[at]
            if _full(rows, pair, limit):
                passed.append(at)
                continue
            if any(_same(reading, pair, ranked[k], float(vectors[at] @ vectors[k])) for k in kept):
                continue
            label = reading.labels.choose(pair, vectors[at], reading, [label for label, _ in rows])
            if label is not None:
                kept.append(at)
                rows.append((label, pair))
                places[_place(pair)] += 1
        left = passed
    return rows


def _full(rows: Sequence[Row], pair: Pair, limit: int) -> bool:
    """Tell whether there is no room for a row of this kind, with at most `limit` rows of cut or paired sentences."""
    whole = sum(shown.kind == "whole" for _, shown in rows)
    sure = len(rows) - whole
    if pair.kind == "whole":
        return whole == MAX_WHOLE or (sure >= MAX_ROWS // 2 and not pair.disputed)
    return sure >= limit or (pair.kind == "row" and sure >= MAX_ROWS // 2)


def _place(pair: Pair) -> tuple[int, str]:
    return pair.cells[0].position, pair.section


def _strength(reading: Reading, pair: Pair) -> float:
    words = reading.words(pair)
    length = sum(max(0, len(cell.text.split()) - EASY) for cell in pair.cells)
    score = BASE[pair.kind] + 0.12 * min(3, reading.support(words, pair.cells[0].position)) - 0.02 * length
    score -= 0.15 * (pair.kind == "alone" and said_by_somebody(pair.text))
    score += 0.1 * (pair.label is not None and pair.kind != "row") + 0.2 * pair.disputed
    return score


def _same(reading: Reading, one: Pair, other: Pair, cosine: float) -> bool:
    return cosine >= SAME_MEANING or overlap(reading.words(one), reading.words(other)) >= SAME_WORDS


def _is_theme(one: Alone, contrast: Contrast) -> bool:
    """Tell whether a sentence is about one side for good: it opens with it, under a heading of its own."""
    heading = heading_of(one.section)
    others = {item.term for item in named(heading, contrast)} - {one.side}
    opens = len(one.cell.text[: one.mention.start].split()) <= 2
    return (
        opens
        and bool(heading)
        and not others
        and not said_by_somebody(one.cell.text)
        and not label_of(one.cell.text)
    )


def one_sided(reading: Reading, rows: Sequence[Row]) -> list[Row]:
    """Return rows for what the corpus says of one side and, as far as can be told, not of the other.

    Only what is said in several places, under a heading that names its aspect.
    """
    shown = [reading.words(pair) for _, pair in rows]
    told = {
        side: [content(text, reading.contrast) for at, text in reading.said.told if at == side]
        for side in reading.sides
    }
    graded: list[tuple[int, Alone]] = []
    for one in reading.said.alone:
        words = content(one.cell.text, reading.contrast)
        other = reading.sides[one.side == reading.sides[0]]
        known = any(overlap(words, said) >= KNOWN for said in [*shown, *told[other]])
        if len(words) > 2 and not known and _is_theme(one, reading.contrast):
            graded.append((reading.support(words, one.cell.position), one))
    found: list[Row] = []
    for support, one in sorted(graded, key=lambda item: -item[0]):
        words = content(one.cell.text, reading.contrast)
        label = heading_of(one.section)
        if len(found) == MAX_ONE_SIDED or support < 2:
            break
        if label in [label for label, _ in found] or not fits(label, reading.contrast):
            continue
        if any(overlap(words, reading.words(pair)) >= KNOWN for _, pair in found):
            continue
        found.append((label, pair_of(reading, one, None)))
    return found


def best_lead(reading: Reading) -> Cell | None:
    """Return the sentence that sets both sides against each other as a whole, the shortest plain one."""
    leads = [cell for cell in reading.said.leads if not said_by_somebody(cell.text)]
    return min(leads, key=lambda cell: len(cell.text), default=None)
