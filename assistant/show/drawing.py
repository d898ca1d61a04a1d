"""Draw values for the hooks of notebooks and terminals; each form is loaded when it is first asked for."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pandas import DataFrame


class Drawings:
    """The forms of this room, as `assistant.core.display` asks for them."""

    def text(self, value: object, width: int | None = None) -> str:
        """Return a value as text, wrapped to `width` columns, 80 unless given."""
        from assistant.show.forms import WIDTH, text_of

        return text_of(value, WIDTH if width is None else width)

    def markdown(self, value: object) -> str:
        """Return a value as Markdown."""
        from assistant.show.forms import markdown_of

        return markdown_of(value)

    def html(self, value: object) -> str:
        """Return a value as HTML."""
        from assistant.show.notebook.html import html_of

        return html_of(value)

    def frame(self, value: object) -> "DataFrame":
        """Return a value as a table of pandas."""
        from assistant.show.notebook.frame import frame_of

        return frame_of(value)
