"""Show a value in a notebook or a terminal: the hooks by which IPython, Jupyter and `print` ask for it."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pandas import DataFrame


class Printed:
    """A value that `print` and a terminal show as readable text. Nothing foreign in it is live."""

    def __init_subclass__(cls, **values: Any) -> None:
        super().__init_subclass__(**values)
        # IPython asks class by class, and takes the `__repr__` of a dataclass before what it inherits.
        cls._repr_pretty_ = Printed._repr_pretty_  # type: ignore[method-assign]

    def __str__(self) -> str:
        from assistant.show.forms import text_of

        return text_of(self)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        from assistant.show.forms import text_of

        for at, line in enumerate(text_of(self, printer.max_width).split("\n")):
            if at:
                printer.break_()
            printer.text(line)


class Displayed(Printed):
    """A value that a notebook shows as HTML, or as Markdown where it knows none. Nothing foreign in it is live."""

    def _repr_html_(self) -> str:
        from assistant.show.notebook import html_of

        return html_of(self)

    def _repr_markdown_(self) -> str:
        from assistant.show.forms import markdown_of

        return markdown_of(self)


class Tabular(Displayed):
    """A value that is also a table of pandas."""

    def to_dataframe(self) -> "DataFrame":
        """Return the value as a table: of an answer a row for each claim and citation, of passages a row each.

        The rows keep the order of what is shown; of an answer then a row for each withheld sentence, with `shown`
        False. The columns are there even where there is no row.
        """
        from assistant.show.frame import frame_of

        return frame_of(self)
