"""What a user is told once: who answers, at the first start and when that changed, and servers that were found."""

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from assistant.core.files import replace_text
from assistant.core.settings import Settings
from assistant.models.chat.in_force import answering
from ui.providers.servers import Found, found_models

FILE = "told.json"
NAMED = 3  # models of a server that are named in a line


@dataclass(frozen=True, kw_only=True)
class Told:
    """What was said before: who answers, which models were offered, and the day when servers were looked for."""

    answers: str = ""
    offered: tuple[str, ...] = field(default=())
    looked: str = ""


def who_answers(settings: Settings) -> list[str]:
    """Return the line that says who answers, [] where it was said before; from then on it counts as said."""
    told, line = _read(settings.data_dir), answering(settings).line
    if told.answers == line:
        return []
    _write(settings.data_dir, replace(told, answers=line))
    return [line]


def new_offers(settings: Settings, look: Callable[[], list[Found]] = found_models) -> list[Found]:
    """Return the models of servers on this machine that were not offered before; from then on they count as offered.

    They are looked for only where no model writes, once a day at most. A server is asked for the list of its models,
    and gets nothing else.
    """
    told, today = _read(settings.data_dir), datetime.now(UTC).date().isoformat()
    if settings.drafts or told.looked == today:
        return []
    found = [item for item in look() if _key(item) not in told.offered]
    offered = (*told.offered, *(_key(item) for item in found))
    _write(settings.data_dir, replace(told, offered=offered, looked=today))
    return found


def offer_lines(found: Sequence[Found], how: Callable[[Found], str]) -> list[str]:
    """Return one line a server: what it offers, and `how` to let the first of its models write."""
    lines = []
    for server in dict.fromkeys(item.server for item in found):
        mine = [item for item in found if item.server == server]
        more = f" and {len(mine) - NAMED} more" if len(mine) > NAMED else ""
        names = ", ".join(item.name for item in mine[:NAMED]) + more
        lines.append(
            f"{server} runs on this machine and offers {names}; nothing was sent to it. {how(mine[0])}"
        )
    return lines


def command_for(found: Found) -> str:
    """Say how to let a model of a server write, on the command line."""
    address = "" if found.provider == "ollama" else f" --base-url {found.base_url}"
    return f"To let it write: bpo-kpo ask --model {found.model}{address} QUESTION"


def _key(found: Found) -> str:
    return f"{found.model} {found.base_url}"


def _read(data_dir: Path) -> Told:
    """Return what was said before; a file that cannot be read counts as nothing said."""
    try:
        body = json.loads((data_dir / FILE).read_text(encoding="utf-8"))
        return Told(
            answers=str(body["answers"]), offered=tuple(map(str, body["offered"])), looked=str(body["looked"])
        )
    except (OSError, ValueError, KeyError, TypeError):
        return Told()


def _write(data_dir: Path, told: Told) -> None:
    with suppress(OSError):  # where it cannot be kept, it is said again
        data_dir.mkdir(parents=True, exist_ok=True)
        replace_text(data_dir / FILE, json.dumps(vars(told)))
