"""Turn tables into rows that stand on their own: each cell with its column's head, each row with its section.

Plan  | Price in euros | Spaces        Plan: Basic | Price in euros, Month: 45 | Price in euros, Year: 480 | ...
      | Month | Year   |          ->   Plan: Plus | Price in euros, Month: 70 | Price in euros, Year: 760 | ...
Basic | 45    | 480    | 60
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ingest.loaders.blocks import Piece, clean_line

MAX_COLUMNS = 200  # a table wider than this is read up to here
MAX_CELLS = 200_000  # of one table, spans filled in
MAX_LABEL = 60  # characters of a head or a label
FIELDS = 0.75  # share of words before values that name fields of a form, for all of them to be labels

_UNIT = re.compile(
    r"[(\[]?\s*(?:in |per )?(?:%|‰|°\s?[CFK]?|[€$£¥]|µ?m|[kMG]?(?:N|Pa|W|Wh|Hz|V|J|B|bit)|[kmµ]?g|[kcmµn]?m[²³23]?|[cmh]?[lL]|t|ha|"
    r"s|ms|min|h|hrs?|d|a|kcal|bar|A|mA|lb|oz|ft|in|mi|mph|kph|pcs?|EUR|USD|GBP|CHF|JPY|INR|euros?|dollars?|pounds?|"
    r"crowns?|cents?|percent|per cent|hours?|days?|weeks?|months?|years?|minutes?|seconds?|kilograms?|grams?|tonnes?|"
    r"met(?:re|er)s?|litres?|liters?|pieces?|millions?|thousands?|units?|no\.?|mn|bn|k)"
    r"(?:\s?(?:/|·|\*|\^|per )\s?[\w%°²³]+){0,2}[²³]?\s*[)\]]?"
)
_SHORTENED = re.compile(r"(?:\w[\w-]*\.? ){0,2}\w{1,4}\.")  # "Inv. no.", and no sentence
_UNITS = re.compile(r"units?|units? of measure(?:ment)?", re.I)
_FIGURE = re.compile(r"\d")
_WORD = re.compile(r"[^\W\d_]{3}")
_BARE = re.compile(
    r"[-+(~]?(?:[$€£¥]|[A-Z]{3})? ?\d[\d.,:'’ ]*\)? ?(?:[%€£$¥]|[A-Z]{3})?"
)  # a figure without words
_HEAD = re.compile(
    r"(?:meanings?|definitions?|descriptions?|explanations?|values?|details?|remarks?|notes?|comments?|answers?)",
    re.I,
)  # of a column
_FIELD = re.compile(
    r"\b(?:name|account|street|town|address|tel(?:ephone)?|phone|mobile|fax|e-?mail|mail|web(?:site)?|url|date|time|hours?|deposit|rent|"
    r"tenant|landlord|owner|director|manager|contact|author|version|status|price|cost|fee|term|period|start|end|"
    r"place|location|city|country|number|no|id|code|reference|ref|type|subject|title|department|office|keys?|notice|"
    r"iban|bic|vat|company|customer|client|supplier|project|issued|valid|approved|prepared|owner|language|size|weight|"
    r"height|length|width|capacity|colou?r|model|serial|year|founded|headquarters|industry|employees|revenue|born|died|age|area|population|capital)\b",
    re.I,
)


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One cell as its file gives it; `head` is None where the file does not tell heads from data."""

    text: str
    head: bool | None = None
    columns: int = 1  # it spans
    rows: int = 1


class _Filled(NamedTuple):  # made for each place of a large sheet: a data class takes three times as long
    """One place of the grid: the words that hold there, and the cell they come from."""

    text: str
    head: bool | None
    origin: int  # number of the cell
    row: int  # where the cell begins
    columns: int  # it spans in the grid


_EMPTY = _Filled(text="", head=None, origin=-1, row=-1, columns=1)
Grid = list[list[_Filled]]


def table_pieces(
    rows: Sequence[Sequence[Cell | str]], *, caption: str = "", page: int | None = None, headed: bool = False
) -> list[Piece]:
    """Turn a table into one piece a data row: "Depot: Brem | Closing time: 19:30".

    Spans are filled in, two or more rows of heads joined, units put to their heads, a row that only names a group
    put before the rows it heads. `headed` says that the first row is of heads by the rules of its format, which
    it is not where it is empty. A table that can be read two ways gets no heads rather than wrong ones.
    """
    grid = _with_labels(_grid(rows))
    if not grid:
        return []
    headed = headed and any(_said(_cell(cell).text) for cell in rows[0])
    count = 0 if _is_pairs(grid, headed) else _head_rows(grid, headed)
    pairs = count == 0
    heads = _heads(grid[:count])
    if count and count < len(grid) and _is_units(grid[count], grid[count + 1 :]):
        heads = [_with_unit(head, cell.text) for head, cell in zip(heads, grid[count], strict=True)]
        count += 1
    body = grid[count:]
    if not body:  # heads alone
        return [
            Piece(kind="row", text=_bare(row), page=page, caption=caption, opens=n == 0)
            for n, row in enumerate(grid)
        ]
    texts = _pairs(body) if pairs else _rows(body, heads)
    return [
        Piece(kind="row", text=text, page=page, caption=clean_line(caption), opens=n == 0)
        for n, text in enumerate(text for text in texts if text)
    ]


def in_one_line(lines: Iterable[str]) -> str:
    """Join the lines of a cell; a comma sets apart one that begins anew: "Jana Holm, Peter Voss"."""
    text = before = ""
    for line in filter(None, map(clean_line, lines)):
        text = f"{text}{', ' if _begins_anew(before, line) else ' '}{line}" if before else line
        before = line
    return text


def _begins_anew(before: str, line: str) -> bool:
    """Tell whether a line of a cell is one more of a list, not what the line before it goes on with."""
    last = before.split()[-1]
    open_end = before[-1] in ".,;:!?([&/-–" or (len(last) <= 3 and last.islower())
    return not open_end and (line[0].isupper() or (line[0].isdigit() and before[0].isdigit()))


def _grid(rows: Sequence[Sequence[Cell | str]]) -> Grid:
    """Fill every span in; rows without words are left out, the others are of one length."""
    width = min(MAX_COLUMNS, max((sum(max(1, _cell(c).columns) for c in row) for row in rows), default=0))
    grid: Grid = []
    down: dict[int, tuple[int, _Filled]] = {}  # column -> rows still to fill, with what
    number = 0
    for at, row in enumerate(rows):
        if at * width > MAX_CELLS:
            break
        line: list[_Filled] = []
        cells = iter(map(_cell, row))
        cell = next(cells, None)
        while len(line) < width and (cell is not None or any(column >= len(line) for column in down)):
            here = len(line)
            if here in down:
                left, filled = down.pop(here)
                line.append(filled)
                if left > 1:
                    down[here] = (left - 1, filled)
            elif cell is None:
                line.append(_EMPTY)
            else:
                span = max(1, min(cell.columns, width - here))
                filled = _Filled(text=_said(cell.text), head=cell.head, origin=number, row=at, columns=span)
                number += 1
                for column in range(here, here + span):
                    line.append(filled)
                    if cell.rows > 1:
                        down[column] = (min(cell.rows, len(rows) - at) - 1, filled)
                        if not down[column][0]:
                            del down[column]
                cell = next(cells, None)
        line += [_EMPTY] * (width - len(line))
        if any(filled.text and filled.row == at for filled in line):
            grid.append(line)
    return _narrowed(grid)


def _said(text: str) -> str:
    """Return the words of a cell; a lone dash says nothing."""
    text = in_one_line(text.split("\n"))
    return "" if text in ("-", "–", "—", ".", "*") else text


def _cell(cell: Cell | str) -> Cell:
    return Cell(text=cell) if isinstance(cell, str) else cell


def _narrowed(grid: Grid) -> Grid:
    """Drop columns without any words, and those that only go on with the one before."""
    used = [
        any(row[at].text for row in grid)
        and (at == 0 or any(row[at].origin != row[at - 1].origin for row in grid))
        for at in range(len(grid[0]) if grid else 0)
    ]
    return [[cell for cell, keep in zip(row, used, strict=True) if keep] for row in grid]


def _with_labels(grid: Grid) -> Grid:
    """Mark the labels of a sheet that has several to a row, each before its value: "Name | Ada | Telephone | 0555 0142".

    A label without a value is left out.
    """
    width = len(grid[0]) if grid else 0
    if width < 4 or width % 2 or any(cell.head for row in grid for cell in row):
        return grid
    labels = [cell.text for row in grid if not _names_group(row) for cell in row[::2] if cell.text]
    fields = sum(bool(_FIELD.search(label)) for label in labels)
    told = all(label.endswith(":") for label in labels) or (
        fields >= FIELDS * len(labels)
        and not any(map(_FIGURE.search, labels))
        and all(map(_is_label, labels))
    )
    if not told or all(_FIELD.search(cell.text) for cell in grid[0]):
        return grid
    return [row if _names_group(row) else list(_labelled(row)) for row in grid]


def _labelled(row: Sequence[_Filled]) -> Iterator[_Filled]:
    for label, value in zip(row[::2], row[1::2], strict=True):
        yield label._replace(head=True) if value.text and value.origin != label.origin else _EMPTY
        yield value._replace(head=False)


def _is_pairs(grid: Grid, headed: bool) -> bool:
    """Tell whether each row is a label and what belongs to it, so that no row is of heads."""
    width = len(grid[0])
    marked = [[cell.head for cell in row] for row in grid if not _names_group(row)]
    if width >= 2 and marked and all(row[0] and not all(row) for row in marked):
        return True  # <th>Telephone</th><td>0555 0142</td>, in every row
    if any(cell.head for cell in grid[0]) and not headed:
        return False
    if width == 1:
        return True
    if width != 2 or len({cell.origin for cell in grid[0]}) == 1:
        return False
    return _weigh_pairs(grid, headed) > 0


def _weigh_pairs(grid: Grid, headed: bool) -> float:
    """Weigh whether a table of two columns is a sheet of labels and values (above 0), or has a row of heads."""
    first, second = grid[0][0].text, grid[0][1].text
    body = [row for row in grid[1:] if row[0].text and row[1].text]
    if not first or not second:
        return 1.0 if headed and not (first or second) else -1.0
    if not body:
        return -1.0 if headed else 1.0
    labels = [row[0].text for row in (grid[0], *body)]
    values = [row[1].text for row in body]
    weight = -2.0 if headed else 0.25
    weight += 3.0 * (sum(label.endswith(":") for label in labels) > len(labels) / 2)
    weight += 2.0 * (bool(_FIGURE.search(second)) or not _is_label(second)) * (not _FIGURE.search(first))
    figures = sum(bool(_FIGURE.search(value)) for value in values) / len(values)
    mixed = 0.15 < figures < 0.85
    uneven = max(map(len, values)) > 4 * max(4, min(map(len, values)))
    weight += 1.0 * (mixed or uneven) * (len(values) > 1)
    fields = sum(bool(_FIELD.search(label)) for label in labels) / len(labels)
    weight += 2.5 * (fields >= 0.5 and bool(_FIELD.search(first))) * (not any(map(_FIGURE.search, labels)))
    weight -= 3.0 * bool(_HEAD.fullmatch(second))
    weight -= 2.0 * (figures == 1 and not _FIGURE.search(second) and len(values) > 1)
    weight -= 2.0 * any(bool(_FIGURE.search(label)) for label in labels[1:]) * (not _FIGURE.search(first))
    weight -= 1.0 * bool(_FIELD.search(second)) * (not _FIGURE.search(second))
    return weight


def _is_label(text: str) -> bool:
    return (
        len(text) <= MAX_LABEL
        and len(text.split()) <= 6
        and (not text.endswith((".", "!", "?")) or bool(_SHORTENED.fullmatch(text)))
        and "@" not in text
    )


def _head_rows(grid: Grid, headed: bool) -> int:
    """Return how many rows at the top are of heads."""
    told = any(cell.head is not None for row in grid if not _names_group(row) for cell in row)
    count = 0
    if told:
        while count < len(grid) and all(cell.head or not cell.text for cell in grid[count]):
            if _names_group(grid[count]) and count:
                break
            count += 1
    elif headed or _looks_like_heads(grid):
        count = 2 if _go_on_below(grid) else 1
    # A head that spans others is told apart by the row below it.
    while (
        0 < count < len(grid)
        and _spans_below(grid[count - 1])
        and not any(c.head is False for c in grid[count])
    ):
        if not all(_is_label(cell.text) for cell in grid[count]):
            break
        count += 1
    return count


def _go_on_below(grid: Grid) -> bool:
    """Tell whether heads that name two columns alike are told apart by the row below: "Harbour | Harbour", "dep. | arr."."""
    if len(grid) < 4:
        return False
    first = [cell.text for cell in grid[0] if cell.text]
    pairs = list(zip((cell.text for cell in grid[0]), (cell.text for cell in grid[1]), strict=True))
    figures = [any(_FIGURE.search(cell.text) for cell in row) for row in grid[1:]]
    return (
        len(set(first)) < len(first) and len(set(pairs)) == len(pairs) and not figures[0] and all(figures[1:])
    )


def _spans_below(row: Sequence[_Filled]) -> bool:
    """Tell whether a row has a head over several columns beside others, so that the next row divides it."""
    return any(1 < cell.columns < len(row) for cell in row)


def _looks_like_heads(grid: Grid) -> bool:
    """Tell whether the first row of a table that does not say so is of heads."""
    if len(grid) < 2:
        return False
    first, body = grid[0], [row for row in grid[1:] if not _names_group(row)]
    if sum(bool(cell.text) for cell in first) < max(1, len(first) - 1) or not body:
        return False
    if not all(_is_label(cell.text) for cell in first):
        return False
    for column, cell in enumerate(first):
        below = [row[column].text for row in body if row[column].text]
        figures = sum(bool(_FIGURE.search(text)) for text in below)
        named = not _BARE.fullmatch(cell.text) and all(map(_BARE.fullmatch, below))  # "Up to 6 m" over 80
        if _FIGURE.search(cell.text) and figures == len(below) > 0 and not (named or _is_year(cell.text)):
            return False  # data like what stands below it
    return True


def _is_year(text: str) -> bool:
    return bool(re.fullmatch(r"\D*(?:1[89]|20)\d\d\D*", text))


def _heads(rows: Grid) -> list[str]:
    """Join the heads above each column, outermost first, each once."""
    if not rows:
        return []
    columns = []
    for column in zip(*rows, strict=True):
        if len({row[0].origin for row in rows}) and all(cell.columns == len(rows[0]) for cell in column):
            columns.append(" ".join(dict.fromkeys(cell.text for cell in column if cell.text)))
            continue
        own = [cell.text.rstrip(": ") for cell in column if cell.text and cell.columns < len(rows[0])]
        columns.append(", ".join(dict.fromkeys(own)))
    return columns


def _is_units(row: Sequence[_Filled], below: Grid) -> bool:
    """Tell whether the row under the heads names the units of the columns, as "N/mm2" over figures."""
    told = bool(row) and bool(_UNITS.fullmatch(row[0].text))
    rest = [(at, cell.text) for at, cell in enumerate(row) if cell.text and not (told and at == 0)]
    known = [bool(_UNIT.fullmatch(text)) for _, text in rest]
    if not below or not rest or not (told or any(known)):
        return False
    return all(
        _over_figures([line[at].text for line in below])
        and (fits or (len(text) <= 10 and not _FIGURE.search(text)))
        for fits, (at, text) in zip(known, rest, strict=True)
    )


def _over_figures(below: Sequence[str]) -> bool:
    """Tell whether a column holds nothing but figures."""
    words = [cell for cell in below if cell]
    return bool(words) and all(map(_FIGURE.match, words))


def _with_unit(head: str, unit: str) -> str:
    unit = unit.strip("()[] ")
    if not unit or unit in "-–—" or _UNITS.fullmatch(unit):
        return head
    return f"{head} ({unit})" if head else unit


def _names_group(row: Sequence[_Filled]) -> bool:
    """Tell whether a row only names what the rows below it belong to: one cell over all columns, or alone in its row."""
    words = [cell for cell in row if cell.text]
    if not words or len(row) < 2 or len({cell.origin for cell in words}) != 1:
        return False
    spans = words[0].columns >= len(row)
    alone = len(words) == 1 and row[0].text and len(row) > 2
    return bool((spans or alone) and _is_label(words[0].text))


def _rows(body: Grid, heads: Sequence[str]) -> Iterator[str]:
    """Yield the rows with their heads, and the group they belong to before them."""
    group = ""
    figures = [
        all(_BARE.fullmatch(row[at].text) for row in body if row[0].text and row[at].text)
        for at in range(len(heads))
    ]
    for at, row in enumerate(body):
        if (
            _names_group(row)
            and at + 1 < len(body)
            and not (_names_group(body[at + 1]) and at + 2 == len(body))
        ):
            group = next(cell.text for cell in row if cell.text)
            continue
        yield " | ".join(
            [*([group] if group and not _is_note(row) else []), *_parts(row, _own_heads(row, heads, figures))]
        )


def _own_heads(row: Sequence[_Filled], heads: Sequence[str], figures: Sequence[bool]) -> Sequence[str]:
    """Return the heads of a row, none for words that stand for its label before a sum: "Total" among prices."""
    filled = [at for at, cell in enumerate(row) if cell.text]
    label = filled[0]
    if not label or len(filled) != 2 or not figures[label] or not _WORD.search(row[label].text):
        return heads
    return [*heads[:label], "", *heads[label + 1 :]]


def _is_note(row: Sequence[_Filled]) -> bool:
    return len({cell.origin for cell in row if cell.text}) == 1 and row[0].columns >= len(row)


def _parts(row: Sequence[_Filled], heads: Sequence[str]) -> Iterator[str]:
    """Yield "head: cell" for each cell with words; one over several columns with all their heads."""
    column = 0
    while column < len(row):
        cell, begin = row[column], column
        while column < len(row) and row[column].origin == cell.origin and cell.origin >= 0 or column == begin:
            column += 1
        if not cell.text:
            continue
        own = [head for head in dict.fromkeys(heads[begin:column]) if head]
        head = "" if len(own) > 1 and column - begin == len(row) else " / ".join(own)
        same = head.casefold() == cell.text.casefold()
        yield f"{head}: {cell.text}" if head and not same else cell.text


def _pairs(grid: Grid) -> Iterator[str]:
    """Yield the rows of a table without column heads; a label goes before what belongs to it."""
    group = ""
    for at, row in enumerate(grid):
        if _names_group(row) and at + 1 < len(grid):
            group = next(cell.text for cell in row if cell.text)
            continue
        cells = list({cell.origin: cell for cell in row if cell.text}.values())
        parts: list[str] = []
        for n, cell in enumerate(cells):
            label = bool(cell.head) or (n == 0 and len(grid[0]) == 2 and _is_label(cell.text))
            before = (
                n > 0
                and parts
                and (cells[n - 1].head or (n == 1 and len(grid[0]) == 2))
                and parts[-1].endswith(":")
            )
            words = cell.text.rstrip(": ") + ":" if label and n + 1 < len(cells) and not before else cell.text
            parts = [*parts[:-1], f"{parts[-1]} {words}"] if before else [*parts, words]
        yield " | ".join([*([group] if group else []), *parts])


def _bare(row: Sequence[_Filled]) -> str:
    return " | ".join(dict.fromkeys(cell.text for cell in row if cell.text))
