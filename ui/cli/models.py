"""`bpo-kpo models`: list what can be named, or measure how well a model cites."""

import argparse
import json
import shutil
import sys
import textwrap
from collections.abc import Iterator, Sequence

from assistant.core.errors import ModelError
from assistant.core.settings import Settings
from assistant.models.chat.load import load_chat_model
from assistant.show.escape import visible
from eval.health.health import Health
from ingest.progress import steps
from ui.providers.health import health_line, health_table, measured_line
from ui.providers.hosted import KNOWN
from ui.providers.model_list import Entry, Models, list_models
from ui.providers.servers import WITHOUT_SERVER

NARROW, WIDE = 80, 120  # columns of the list
NAME = 34  # columns of a name; a longer one stands on a line of its own
TITLES = {
    "chat_models": "CHAT MODELS (--model)",
    "checkers": "CHECKERS (--checker)",
    "embedders": "EMBEDDERS (--embedder)",
}


def run_models(arguments: argparse.Namespace, settings: Settings) -> int:
    """List the models, or measure the one named. Raises AssistantError."""
    if arguments.measure:
        return measure(arguments, settings)
    if arguments.model is not None:
        require_name(settings)
    found = list_models(settings)
    if arguments.json:
        _put(json.dumps(found.to_dict(), indent=2, ensure_ascii=False))
    else:
        _put(*models_text(found, shutil.get_terminal_size().columns))
    return 0


def require_name(settings: Settings) -> None:
    """Raise ModelError for a model that no provider can have; what a known one lacks stands in the list."""
    provider, colon, _ = settings.model.partition(":")
    if not colon or provider not in (*WITHOUT_SERVER, *KNOWN):
        load_chat_model(settings)


def measure(arguments: argparse.Namespace, settings: Settings) -> int:
    """Measure the citation health of a model, print it and keep it. Raises AssistantError."""
    from eval.health.file import read_health
    from eval.health.probe import probe
    from ui.library.prepare import prepare
    from ui.page.settings.choices import changed

    if arguments.model not in (None, arguments.measure):
        raise ModelError(
            f"--measure {arguments.measure} and --model {arguments.model} are both given: give one of them"
        )
    settings = changed(settings, model=arguments.measure)
    read_health(settings.data_dir)  # raises before minutes are spent
    prepare(settings, corpus=False)
    with steps() as step:
        health = probe(settings, step, arguments.count)
    kept = keep(settings, health, part=arguments.count is not None)
    if arguments.json:
        _put(json.dumps(health.to_dict(), indent=2, ensure_ascii=False))
    else:
        _put(f"{visible(health.model)}, {measured_line(health)}", *health_table(health))
    sys.stderr.write(f"{kept}\n")
    return 0


def keep(settings: Settings, health: Health, *, part: bool) -> str:
    """Keep the figures of a model and say so; those of `part` of the questions never replace those of more.

    A whole measurement always replaces what was kept before. Raises InputError.
    """
    from eval.health.file import health_path, keep_health, read_health

    path = health_path(settings.data_dir)
    before = [item for item in read_health(settings.data_dir) if item.key == health.key]
    more = next((item for item in before if item.questions > health.questions), None)
    if more is None:
        keep_health(settings.data_dir, health)
        return f"Kept in {path}."
    there = f"those over {more.questions} questions of {visible(more.source)} ({more.made})"
    if part:
        return f"Not kept: {path} holds {there}, and these are over {health.questions}."
    keep_health(settings.data_dir, health)
    return f"Kept in {path} in place of {there}."


def models_text(found: Models, columns: int) -> list[str]:
    """Return the lists as lines of at most `columns`, kept within 80 to 120; * marks what is in force."""
    width = min(max(columns, NARROW), WIDE)
    lines: list[str] = []
    for name, title in TITLES.items():
        entries: Sequence[Entry] = getattr(found, name)
        lines += ["", title] if lines else [f"{title:<{width - 16}}* is in force"]
        for entry in entries:
            lines += _entry_lines(entry, width)
    if found.notices:
        lines.append("")
        lines += [line for notice in found.notices for line in textwrap.wrap(visible(notice), width)]
    return lines


def _entry_lines(entry: Entry, width: int) -> Iterator[str]:
    """Yield the lines of one entry: its name with what it is, then its citation health, indented."""
    head = f"{'*' if entry.in_force else ' '} {visible(entry.name)}"
    indent = " " * (NAME + 2)
    told = textwrap.wrap(visible(entry.about), width, initial_indent=indent, subsequent_indent=indent)
    cites = [line for item in entry.health for line in (health_line(item), measured_line(item))]
    told += [
        part
        for line in cites
        for part in textwrap.wrap(
            visible(line), width, initial_indent=" " * 6, subsequent_indent=" " * 8, break_on_hyphens=False
        )
    ]
    if len(head) < NAME + 2:
        yield head.ljust(NAME + 2) + told[0].strip()
        yield from told[1:]
    else:
        yield head
        yield from told


def _put(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
