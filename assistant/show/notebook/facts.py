"""Show a thing in a notebook or a terminal by a few facts about it."""

from abc import ABC, abstractmethod
from collections.abc import Mapping


class Described(ABC):
    """A thing that is shown by its facts."""

    @property
    @abstractmethod
    def facts(self) -> Mapping[str, str]:
        """What there is to say, by name, in order."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}: {fact}' for name, fact in self.facts.items())})"

    def _repr_html_(self) -> str:
        from assistant.show.notebook.html import card_html

        return card_html(type(self).__name__, self.facts)

    def _repr_markdown_(self) -> str:
        from assistant.show.markdown import card_markdown

        return card_markdown(type(self).__name__, self.facts)
