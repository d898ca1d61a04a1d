"""Show how far long work is: a widget in a notebook, a bar in a terminal, nothing anywhere else."""

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Bar(Protocol):
    """What counts the work that is done."""

    def update(self, n: float = 1) -> object:
        """Count n more pieces as done."""
        ...


@contextmanager
def bar(description: str, total: int, shown: bool = True, begun: int = 0) -> Iterator[Bar]:
    """Show a bar for `total` pieces of work, of which `begun` are done, while inside; take it away at the end.

    It stays away without `shown`, and where neither a notebook runs nor standard error is a terminal. Safe to update
    from threads.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="IProgress not found")  # a notebook without ipywidgets
        from tqdm.auto import tqdm

    hidden = not (shown and (in_notebook() or sys.stderr.isatty()))
    with tqdm(total=total, initial=begun, desc=description, disable=hidden, leave=False) as shown_bar:
        yield shown_bar


def in_notebook() -> bool:
    """Tell whether a Jupyter kernel runs this program."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell is not None and "IPKernelApp" in shell.config
