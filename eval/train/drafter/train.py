"""Teach the embedded model to answer from numbered sentences.

    python -m eval.train.drafter.train --weights GGUF --out DIR --minutes N [--bfloat16] [--compile]

Saves its state every two minutes: stopped at any moment and run again, it goes on where it was.
"""

import argparse
import random
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.models.chat.gguf.tensors import read_tensors, read_tokenizer
from eval.train.batches import alike
from eval.train.drafter.data import WRITTEN, Example, examples
from eval.train.training import Training, begin

if TYPE_CHECKING:
    from eval.train.drafter.net import Row

SEED = 17
TOKENS = 1400  # in a batch, about
LONGEST = 900  # tokens of a row; a longer one is left out
RATE = 6e-4
OPEN, CLOSE = "<|im_start|>", "<|im_end|>"  # around a turn, by the model's template


def main() -> None:
    """Train until the time is up, going on from the last saved state."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--weights", type=Path, required=True, help="the GGUF file of the embedded model")
    parser.add_argument("--out", type=Path, required=True, help="folder for state.pt and log.jsonl")
    parser.add_argument("--minutes", type=float, default=40.0)
    parser.add_argument("--written", type=Path, default=WRITTEN, help="answers by hand")
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--bfloat16", action="store_true", help="where the processor is faster in it")
    parser.add_argument(
        "--compile", action="store_true", help="compile the layers first; needs a C++ compiler"
    )
    parser.add_argument("--threads", type=int, default=0)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    Drafting(given).run()


class Drafting(Training["Row"]):
    """A run over the drafter's examples."""

    every = 50

    def __init__(self, given: argparse.Namespace) -> None:
        begin(SEED, given.threads)
        from eval.train.drafter.net import DrafterNet

        self.given = given
        net = DrafterNet(read_tensors(given.weights))
        super().__init__(net, given.out, given.minutes, lambda _: float(given.rate), bfloat16=given.bfloat16)
        for layer in net.layers if given.compile else ():
            layer.compile(dynamic=True)

    def round(self, number: int) -> list[list["Row"]]:
        """Return batches of rows of like length in a chance order."""
        rng = random.Random(SEED * 1000 + number)
        tokenizer = read_tokenizer(self.given.weights)
        tokenizer.add_special_tokens([OPEN, CLOSE])
        made = (encoded(tokenizer, item) for item in examples(rng, self.given.written))
        rows = [row for row in made if len(row.ids) <= LONGEST]
        order = alike(range(len(rows)), lambda at: len(rows[at].ids), TOKENS, 40, rng)
        rng.shuffle(order)
        return [[rows[at] for at in batch] for batch in order]

    def loss(self, batch: Sequence["Row"]) -> Any:
        """Return the mean cross-entropy of the replies' tokens."""
        from eval.train.drafter.net import batch_of

        return self.net(batch_of(batch))

    def size(self, example: "Row") -> int:
        """Return the tokens of a row."""
        return len(example.ids)


def encoded(tokenizer: Any, item: Example) -> "Row":
    """Encode a prompt by the model's template, and the reply with the token that ends it."""
    from eval.train.drafter.net import Row

    prompt = "".join(f"{OPEN}{role}\n{text}{CLOSE}\n" for role, text in item.messages)
    before = tokenizer.encode(f"{prompt}{OPEN}assistant\n").ids
    reply = tokenizer.encode(f"{item.reply}{CLOSE}").ids
    return Row(ids=(*before, *reply), reply=len(reply))


if __name__ == "__main__":
    main()
