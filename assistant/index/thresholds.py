"""Keep the evidence threshold that was calibrated for an index beside it, and put it in force."""

import json
from dataclasses import asdict, dataclass, fields
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from assistant.core.errors import InputError
from assistant.core.files import replace_text
from assistant.core.settings import Settings

FILE = "thresholds.json"  # in the index folder, outside its generations: a new ingest leaves it alone
SCHEMA = 1


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """A threshold, and what it was chosen from."""

    min_evidence: float
    risk: float  # asked for, share of shown answers wrong
    shown: int  # answers shown at the threshold
    wrong: int  # of them wrong
    upper: float  # end of the 95 % interval of the share
    cases: int
    cases_sha256: str
    index_id: str
    program: str  # version whose scores were calibrated
    made: str  # date, YYYY-MM-DD
    schema_version: int = SCHEMA


def package_version(package: str) -> str | None:
    """Return the version of an installed package, None for another."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def program_version() -> str:
    """Return the version of this program, "unknown" where it is not installed."""
    return package_version("bpo-kpo-assistant") or "unknown"


def thresholds_path(settings: Settings) -> Path:
    """Return where the calibration of the index in force is kept."""
    return settings.index_dir / FILE


def read_calibration(settings: Settings) -> Calibration | None:
    """Return the calibration of the index in force, None where there is none.

    Raises InputError for a file that is damaged or of another schema.
    """
    path = thresholds_path(settings)
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError):
        body = None
    names = {field.name for field in fields(Calibration)}
    good = isinstance(body, dict) and body.keys() == names and body["schema_version"] == SCHEMA
    value = body["min_evidence"] if good else None
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 1:
        raise InputError(
            f"{path} is not a calibration of this program: run `bpo-kpo calibrate` again, or remove it with "
            "`bpo-kpo calibrate --reset`."
        )
    return Calibration(**body)


def write_calibration(settings: Settings, calibration: Calibration) -> Path:
    """Store a calibration so that it is seen whole or not at all; return its path."""
    path = thresholds_path(settings)
    replace_text(path, json.dumps(asdict(calibration), indent=1) + "\n")
    return path


def remove_calibration(settings: Settings) -> bool:
    """Remove the calibration of the index in force; tell whether there was one."""
    try:
        thresholds_path(settings).unlink()
    except FileNotFoundError:
        return False
    return True


def in_force(settings: Settings) -> Settings:
    """Return the settings with the calibrated threshold, unless one was given by hand. Raises InputError."""
    if "min_evidence" in settings.model_fields_set:
        return settings
    calibration = read_calibration(settings)
    if calibration is None:
        return settings
    return settings.model_copy(update={"min_evidence": calibration.min_evidence})


def origin(settings: Settings, index_id: str | None = None) -> str:
    """Say in words where the evidence threshold of these settings comes from. Raises InputError."""
    if "min_evidence" in settings.model_fields_set:
        return "given by hand"
    calibration = read_calibration(settings)
    if calibration is None:
        return "the default"
    words = (
        f"calibrated {calibration.made} on {calibration.cases} cases (sha256 {calibration.cases_sha256[:12]}) "
        f"for a risk of {calibration.risk:g}"
    )
    if index_id not in (None, calibration.index_id):
        words += "; the index has changed since"
    if calibration.program != program_version():
        words += f"; by version {calibration.program}: calibrate again"
    return words
