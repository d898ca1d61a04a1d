"""Wrong usage of the command line in one line of our own words: what was given, what is needed, where to look."""

import argparse
import os
import re
from difflib import get_close_matches
from typing import Any, NoReturn, TypeAlias

from assistant.core.errors import SettingsError

Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
PREFIX = "BPO_KPO_"
_CHOICE = re.compile(r"\S+: invalid choice: '(?P<given>.*)' \(choose from (?P<known>.*)\)", re.DOTALL)
OTHERS = frozenset(
    ["BPO_KPO_SERVER", "BPO_KPO_SERVER_TOKEN", "BPO_KPO_STORE_TOKEN"]
)  # variables that are no settings


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        """Print what is wrong and end with exit code 2."""
        words = message.removeprefix("argument ").replace(": is ", " is ", 1)
        if words.startswith("the following arguments are required: "):
            words = f"needed is {words.removeprefix('the following arguments are required: ')}"
        if wrong := _CHOICE.fullmatch(words):
            known = re.findall(r"[\w-]+", wrong["known"])
            near = get_close_matches(wrong["given"], known, 1)
            words = f"there is no {wrong['given']!r}: " + (
                f"did you mean {near[0]}?" if near else f"needed is one of {', '.join(known)}"
            )
        words = words if words.endswith("?") else f"{words.rstrip('.')}."
        self.exit(2, f"{self.prog}: {words} `{self.prog} --help` lists what there is.\n")


def whole(text: str) -> int:
    """Read a whole number."""
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"is {text!r}: needed is a whole number") from None


def number(text: str) -> float:
    """Read a number."""
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"is {text!r}: needed is a number, such as 0.5") from None


def flag(one: "argparse._ActionsContainer", name: str, about: str, **more: Any) -> None:
    """Add an option that is given or not."""
    one.add_argument(name, action="store_true", help=about, **more)


def option(one: "argparse._ActionsContainer", name: str, metavar: str, about: str, **more: Any) -> None:
    """Add an option, or an argument, that takes a value."""
    one.add_argument(name, metavar=metavar, help=about, **more)


def add_min_evidence(one: argparse.ArgumentParser) -> None:
    """Add the threshold of evidence."""
    option(one, "--min-evidence", "X", "score the evidence needs, 0 to 1, else declined", type=number)


def check_variables() -> None:
    """Raise SettingsError for a variable that looks like a setting and is none: it would change nothing, unseen."""
    from assistant.core.settings import Settings

    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields} | OTHERS
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and name not in known:
            near = get_close_matches(name, known, 1)
            hint = f"did you mean {near[0]}?" if near else "`bpo-kpo config` lists the settings; unset it."
            raise SettingsError(f"The variable {name} is no setting: {hint}")
