"""Read the arguments of calls from Python, and name them so in what is refused."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.core.errors import AssistantError, InputError

_OPTION = re.compile(r"(`[^`]*`)|(?<![\w-])--([a-z][a-z-]*)")
_OTHERWISE = {"sample": "count"}


def path_of(name: str, value: object) -> Path:
    """Return a path given as a text or a path. Raises InputError that names the argument."""
    if isinstance(value, str | Path) and str(value).strip():
        return Path(value)
    raise InputError(f"{name} is {value!r}: give a path.")


def count_of(name: str, value: object) -> int | None:
    """Return a number of things, None where none is given. Raises InputError for anything but a whole one from 1."""
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
        return value
    raise InputError(f"{name} is {value!r}: give a whole number from 1.")


def names_of(name: str, value: object) -> tuple[str, ...]:
    """Return one name or several as a tuple. Raises InputError for anything else."""
    names = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, Iterable) else (None,)
    if all(isinstance(one, str) for one in names):
        return names
    raise InputError(f"{name} is {value!r}: give a name, or a list of names.")


@contextmanager
def python_names() -> Iterator[None]:
    """Name options of the command (--out) as arguments (`out`) in the known errors raised inside.

    Whole commands, which stand between backticks, are left as they are.
    """
    try:
        yield
    except AssistantError as error:
        told = str(error)
        words = _OPTION.sub(_argument, told)
        if words == told:
            raise
        raise type(error)(words) from None


def _argument(match: re.Match[str]) -> str:
    if match[1]:
        return match[1]
    return f"`{_OTHERWISE.get(match[2], match[2].replace('-', '_'))}`"
