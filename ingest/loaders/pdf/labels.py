"""Put a label that is centred beside several lines before the first of them, as cells of tables without rules have it.

         Ellen Marsh, Tom Adeyemi,              Present:  Ellen Marsh, Tom Adeyemi,
Present:                              ->                  Joan Pike
         Joan Pike
"""

from ingest.loaders.pdf.lines import Run

GAP = 7.0  # points between a label and the lines beside it, at least
TIGHT = 1.6  # of the size: how far apart lines of one cell stand at most
APART = 0.1  # of the size, by which a cell is further from the next than its lines are from each other
MOST = 6  # lines of a cell above a label, and below it

Lines = list[list[Run]]


def with_labels_first(lines: Lines) -> Lines:
    """Return lines, in order from the top, with each label that is centred beside others moved up to the first of them."""
    made = [list(line) for line in lines]
    for at, line in enumerate(lines):
        if not line:
            continue
        label, rest = line[0], line[1:]
        if rest and rest[0].x0 - label.x1 < GAP:
            continue
        above, below = _beside(lines, at, label, -1), _beside(lines, at, label, 1)
        cell = [*reversed(above), *([at] if rest else []), *below]
        if above and len(above) == len(below) and _is_cell(lines, cell):
            made[at] = made[at][1:]
            made[cell[0]].insert(0, label)
    return [line for line in made if line]


def _beside(lines: Lines, at: int, label: Run, step: int) -> list[int]:
    """Return the lines right of a label that go on above it (step -1) or below it, the nearest first."""
    found: list[int] = []
    last = label.base
    while 0 <= at + step < len(lines) and len(found) < MOST:
        at += step
        line = lines[at]
        if abs(line[0].base - last) > TIGHT * label.size or line[0].x0 - label.x1 < GAP:
            break
        found.append(at)
        last = line[0].base
    return found


def _is_cell(lines: Lines, cell: list[int]) -> bool:
    """Tell whether lines begin at one edge and stand closer to each other than to what is above and below them."""
    rights = [
        min(
            (run for run in lines[at] if run.x0 >= lines[cell[0]][0].x0 - 1),
            key=lambda run: run.x0,
            default=None,
        )
        for at in cell
    ]
    if any(run is None or abs(run.x0 - lines[cell[0]][0].x0) > 1 for run in rights):
        return False
    bases = [lines[at][0].base for at in cell]
    inner = max(after - before for before, after in zip(bases, bases[1:], strict=False))
    size = lines[cell[0]][0].size
    around = [lines[at][0].base for at in (cell[0] - 1, cell[-1] + 1) if 0 <= at < len(lines)]
    return all(min(abs(base - own) for own in bases) > inner + APART * size for base in around)
