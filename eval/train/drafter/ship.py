"""Write what the embedded model was taught where the program loads it from.

python -m eval.train.drafter.ship --state DIR/state.pt [--out FILE]
"""

import argparse
from pathlib import Path

from assistant.models.chat.gguf.exact import STEPS


def main() -> None:
    """Write the steps in half precision."""
    import torch
    from safetensors.torch import save_file

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=STEPS)
    given = parser.parse_args()
    master = torch.load(given.state, weights_only=True, map_location="cpu")["master"]
    save_file(
        {name: weight.to(torch.float16).contiguous() for name, weight in sorted(master.items())}, given.out
    )


if __name__ == "__main__":
    main()
