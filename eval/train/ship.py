"""Put the weights of a finished training run into the program, in half precision, with their hash.

python -m eval.train.ship --out DIR     (the folder given to eval.train)
"""

import argparse
import hashlib
import json
from pathlib import Path

from assistant.reader_input import card

FOLDER = Path(__file__).resolve().parents[2] / "assistant"
LEFT_OUT = ("wrong.",)  # heads that only helped training


def main() -> None:
    """Write assistant/reader.safetensors and its hash in assistant/reader.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    state = given.out / "state.pt"
    if not state.is_file():
        parser.error(f"{state} is not there: run `python -m eval.train --out {given.out} ...` first")
    ship(state, FOLDER)


def ship(state: Path, folder: Path) -> str:
    """Write the trained weights of a saved state as float16, and return their sha256."""
    import torch
    from safetensors.torch import save

    master = torch.load(state, weights_only=True)["master"]
    kept = {
        name: weight.to(torch.float16).contiguous()
        for name, weight in sorted(master.items())
        if not name.startswith(LEFT_OUT)
    }
    data = save(kept)
    digest = hashlib.sha256(data).hexdigest()
    (folder / "reader.safetensors").write_bytes(data)
    (folder / "reader.json").write_text(json.dumps(card() | {"sha256": digest}, indent=1) + "\n", "utf-8")
    return digest


if __name__ == "__main__":
    main()
