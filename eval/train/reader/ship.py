"""Put the weights of a finished training run into the program, in half precision, with their hash.

python -m eval.train.reader.ship --out DIR     (the folder given to eval.train)

With `--share 0.7` the trained weights count .7 and those shipped so far .3: after training on few examples, such a mean keeps
what was known and most of what is new (Wortsman et al., Robust fine-tuning of zero-shot models, CVPR 2022).
"""

import argparse
import hashlib
import json
from pathlib import Path

from assistant.models.reader.tokens import card

FOLDER = Path(__file__).resolve().parents[3] / "assistant" / "models" / "reader"
LEFT_OUT = ("wrong.",)  # heads that only helped training


def main() -> None:
    """Write assistant/models/reader/reader.safetensors and its hash in assistant/models/reader/reader.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--share", type=float, default=1.0, help="of the trained weights, from 0 to 1")
    given = parser.parse_args()
    if not 0 < given.share <= 1:
        parser.error(f"--share is {given.share:g}: needed is a number above 0, at most 1")
    state = given.out / "state.pt"
    if not state.is_file():
        parser.error(
            f"{state} is not there: run `python -m eval.train.reader.train --out {given.out} ...` first"
        )
    ship(state, FOLDER, given.share)


def ship(state: Path, folder: Path, share: float = 1.0) -> str:
    """Write the trained weights of a saved state as float16, and return their sha256.

    With a `share` below 1 they are averaged with those in the folder.
    """
    import torch
    from safetensors.torch import load_file, save

    master = torch.load(state, weights_only=True)["master"]
    if share < 1:
        before = load_file(folder / "reader.safetensors")
        master = {
            name: share * weight + (1 - share) * before[name].float() if name in before else weight
            for name, weight in master.items()
        }
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
