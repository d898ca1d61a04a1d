"""The model that `bpo-kpo setup --model` made the default: one file of the data folder."""

import json
from pathlib import Path

from assistant.core.errors import SettingsError
from assistant.core.files import replace_text

FILE = "model.json"


def chosen_model(data_dir: Path) -> str | None:
    """Return the model chosen for a data folder, None where none was. Raises SettingsError for a damaged file."""
    path = data_dir / FILE
    try:
        found = json.loads(path.read_text(encoding="utf-8"))["model"]
        if not isinstance(found, str) or not found:
            raise ValueError("no name")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SettingsError(
            f"{path} cannot be read: remove it, or run `bpo-kpo setup --model NAME`"
        ) from error
    return found


def choose_model(data_dir: Path, model: str) -> None:
    """Make a model the default of a data folder; "none" takes the choice back. Raises SettingsError."""
    path = data_dir / FILE
    try:
        if model == "none":
            path.unlink(missing_ok=True)
            return
        data_dir.mkdir(parents=True, exist_ok=True)
        replace_text(path, json.dumps({"model": model}) + "\n")
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be written ({error.strerror or error}): give another --data-dir"
        ) from error
