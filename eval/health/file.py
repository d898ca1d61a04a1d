"""Keep the citation health of models: one JSON file of the data folder, and the figures that come with the program."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path

from filelock import FileLock
from pydantic import TypeAdapter, ValidationError

from assistant.core.errors import InputError
from assistant.core.files import replace_text
from eval.health.health import Health

FILE = "health.json"
SCHEMA = 1


def health_path(data_dir: Path) -> Path:
    """Return where the figures measured by the user are kept."""
    return data_dir / FILE


def read_health(data_dir: Path) -> list[Health]:
    """Return the figures measured by the user, [] before the first. Raises InputError for a damaged file."""
    path = health_path(data_dir)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError):
        text = ""
    found = _parsed(text)
    if found is None:
        raise InputError(
            f"{path} is damaged or of another version, and holds no citation health of models: remove it, "
            "then measure again with `bpo-kpo models --measure MODEL`."
        )
    return found


def known_health(data_dir: Path) -> list[Health]:
    """Return the user's figures, and for models without any those that come with the program. Raises InputError."""
    measured = read_health(data_dir)
    models = {item.model for item in measured}
    return measured + [item for item in shipped_health() if item.model not in models]


def shipped_health() -> list[Health]:
    """Return the figures that come with the program."""
    return _parsed(files("eval.health").joinpath(FILE).read_text("utf-8")) or []


def keep_health(data_dir: Path, health: Health, *, only_if_larger: bool = False) -> bool:
    """Keep the figures of a model in place of those before; tell whether they were kept.

    Figures of no sentence are never kept, and `only_if_larger` leaves those before where they count more. The file is seen whole or not at all.
    Raises InputError for a damaged file or one that cannot be written.
    """
    path = health_path(data_dir)
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_name(f"{FILE}.lock")):
            before = read_health(data_dir)
            same = [item for item in before if item.key == health.key]
            if not health.sentences:
                return False
            if only_if_larger and any(item.sentences > health.sentences for item in same):
                return False
            replace_text(path, health_json([item for item in before if item.key != health.key] + [health]))
    except OSError as error:
        raise InputError(
            f"{path} cannot be written ({error.strerror or error}): give a folder that can, with --data-dir."
        ) from error
    return True


def health_json(found: Sequence[Health]) -> str:
    """Return figures as the text of a file."""
    body = {"schema_version": SCHEMA, "models": [asdict(item) for item in found]}
    return json.dumps(body, indent=1, ensure_ascii=False) + "\n"


def _parsed(text: str) -> list[Health] | None:
    """Return the figures in the text of a file, None where it is none."""
    try:
        body = json.loads(text)
        if not isinstance(body, dict) or body.get("schema_version") != SCHEMA:
            return None
        return TypeAdapter(list[Health]).validate_python(body.get("models"))
    except (ValueError, ValidationError, RecursionError):
        return None
