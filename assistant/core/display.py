"""Show a value in a notebook or a terminal: the hooks by which IPython, Jupyter and `print` ask for it.

How a value looks is not known here: what draws values is named with `draw_with`.
"""

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from pandas import DataFrame


class Drawing(Protocol):
    """What draws values: each form raises TypeError for a value of a kind it does not know."""

    def text(self, value: object, width: int | None = None) -> str:
        """Return a value as text, wrapped to `width` columns."""
        ...

    def markdown(self, value: object) -> str:
        """Return a value as Markdown."""
        ...

    def html(self, value: object) -> str:
        """Return a value as HTML."""
        ...

    def frame(self, value: object) -> "DataFrame":
        """Return a value as a table of pandas."""
        ...


_drawings: list[Drawing] = []


def draw_with(drawing: Drawing) -> None:
    """Let values be drawn by this from now on."""
    _drawings[:] = [drawing]


class Printed:
    """A value that `print` and a terminal show as readable text. Nothing foreign in it is live."""

    def __init_subclass__(cls, **values: Any) -> None:
        super().__init_subclass__(**values)
        # IPython asks class by class, and takes the `__repr__` of a dataclass before what it inherits.
        cls._repr_pretty_ = Printed._repr_pretty_  # type: ignore[method-assign]

    def __str__(self) -> str:
        return _drawings[0].text(self)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        for at, line in enumerate(_drawings[0].text(self, printer.max_width).split("\n")):
            if at:
                printer.break_()
            printer.text(line)


class Displayed(Printed):
    """A value that a notebook shows as HTML, or as Markdown where it knows none. Nothing foreign in it is live."""

    def _repr_html_(self) -> str:
        return _drawings[0].html(self)

    def _repr_markdown_(self) -> str:
        return _drawings[0].markdown(self)


class Tabular(Displayed):
    """A value that is also a table of pandas."""

    def to_dataframe(self) -> "DataFrame":
        """Return the value as a table: of an answer a row for each claim and citation, of passages a row each.

        The rows keep the order of what is shown; of an answer then a row for each withheld sentence, with `shown`
        False. The columns are there even where there is no row.
        """
        return _drawings[0].frame(self)
