"""Show the progress of work that has several stages, one bar a stage."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from assistant.show.notebook.progress import Bar, bar

Step = Callable[[str, int, int], None]  # what is done, how many so far, how many in all


@contextmanager
def steps(shown: bool = True) -> Iterator[Step]:
    """Give a function that shows how far each stage is; a stage that begins ends the one before.

    A stage's total is what its first report says. Nothing is drawn where `shown` is False.
    """
    with ExitStack() as stack:
        at: dict[str, int] = {}
        now: list[Bar] = []

        def step(what: str, done: int, total: int) -> None:
            if what not in at:
                stack.close()
                now[:] = [stack.enter_context(bar(what, total, shown=shown, begun=done))]
                at.clear()
                at[what] = done
            now[0].update(done - at[what])
            at[what] = done

        yield step
