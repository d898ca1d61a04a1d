"""Run `bpo-kpo calibrate`: set, or reset, the evidence threshold of an index."""

import argparse
import json
import sys
from functools import partial
from pathlib import Path

from assistant.core.settings import Settings
from ingest.progress import steps

RISK = 0.05  # share of shown answers that may be wrong, unless another is given


def run_calibrate(arguments: argparse.Namespace, settings: Settings) -> int:
    """Choose and store the threshold of the index in force; exit code 1 where none keeps the risk.

    Raises InputError for cases that cannot be used, IndexMissing, IndexMismatch, ModelError.
    """
    if arguments.reset:
        return _reset(arguments, settings)
    from assistant.index.store import Store
    from assistant.index.thresholds import write_calibration
    from eval.run.calibrate import calibrate

    Store.folder_in_force(settings)  # before anything slow
    with steps() as step:
        asked = partial(step, "asking")
        report = calibrate(settings, Path(arguments.cases), arguments.risk or RISK, asked)
    path = write_calibration(settings, report.calibration) if report.calibration else None
    if arguments.json:
        print(json.dumps(report.to_dict(), indent=2))
    else:
        print("\n".join(report.lines()))
        if path:
            print(
                f"From now on index {settings.index!r} uses it ({path}); `calibrate --reset` takes it back."
            )
    if path and "min_evidence" in settings.model_fields_set:
        print(f"BPO_KPO_MIN_EVIDENCE={settings.min_evidence:g} is set and goes before it.", file=sys.stderr)
    return int(path is None)


def _reset(arguments: argparse.Namespace, settings: Settings) -> int:
    from assistant.index.thresholds import remove_calibration

    removed = remove_calibration(settings)
    if arguments.json:
        print(json.dumps({"index": settings.index, "removed": removed}))
    else:
        done = "is back at the default threshold" if removed else "was not calibrated: nothing to reset"
        print(f"Index {settings.index!r} {done}.")
    return 0
