"""The command line: `bpo-kpo`, or `python -m ui.cli`."""

from typing import Any


def __getattr__(name: str) -> Any:
    if name == "main":
        from ui.cli.parse import program

        return program
    raise AttributeError(f"module 'ui.cli' has no attribute {name!r}")
