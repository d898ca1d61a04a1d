"""Train the judge: does the evidence support the claim, and does a sentence answer the question?

    python -m eval.train.judge.train --data DIR --out DIR --minutes N [--written FILE ...] [--start STATE]

Saves its state every two minutes: stopped at any moment and run again, it goes on where it was. A GPU is used where
there is one. `--start` begins from another run's weights or from the shipped ones.
"""

import argparse
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.models.chat.gguf.tensors import read_tensors
from assistant.models.judge.encode import CLAIM, QUESTION, JudgeRow, encode, tokenizer_of
from eval.train.batches import alike
from eval.train.judge.asked import asked_groups
from eval.train.judge.data import Group, broken, general, groups, pieces_of, written
from eval.train.training import Training, begin

if TYPE_CHECKING:
    import torch

    from eval.train.judge.net import JudgeNet

SEED = 11
TOKENS = 800  # in a batch, about
LAYERS, RANK = 24, 16  # of the 30 layers those that are used; of the steps that are trained beside them
RATE = 4e-4
WRITTEN = Path(__file__).with_name(
    "written.jsonl.gz"
)  # claims of ours, on evidence of ours or public pieces by id


@dataclass(frozen=True, kw_only=True)
class Encoded:
    """A group as tokens, the labels of its claims, and what is known of each token (-1 unknown, 0 right, 1 wrong)."""

    row: JudgeRow
    labels: tuple[int, ...]
    words: "np.ndarray[Any, np.dtype[np.int8]]"

    def __len__(self) -> int:
        return len(self.row.ids)


def main() -> None:
    """Train until the time is up, going on from the last saved state."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with claims_more, reading, reading_more"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for state.pt and log.jsonl")
    parser.add_argument("--minutes", type=float, default=60.0, help="time to train, pauses left out")
    parser.add_argument(
        "--written", type=Path, nargs="*", default=[WRITTEN], help="files of hand-written claims"
    )
    parser.add_argument("--repeat", type=int, default=1, help="how often hand-written claims come in a round")
    parser.add_argument("--part", type=float, default=0.05, help="share of the public groups in a round")
    parser.add_argument(
        "--texts", type=float, default=0.1, help="share of the texts with questions in a round"
    )
    parser.add_argument(
        "--hand", type=float, default=1.0, help="share of the texts with hand-written questions in a round"
    )
    parser.add_argument(
        "--marked", nargs="*", default=[], metavar="MARK",
        help="of the questions on everyday documents those alone with such a mark: other_words, fragment, kind",
    )  # fmt: skip
    parser.add_argument("--weights", type=Path, required=True, help="the GGUF file of the embedded model")
    parser.add_argument("--start", type=Path, help="a state.pt or .safetensors to begin from")
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--bfloat16", action="store_true", help="where the processor is faster in it")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument(
        "--compile",
        action="store_true",
        help="compile the layers first: about a fifth faster, needs a C++ compiler",
    )
    given = parser.parse_args()
    missing = [
        name for name in ("claims_more", "reading", "reading_more") if not (given.data / name).is_dir()
    ]
    if missing:
        parser.error(f"{given.data} has no folder {', '.join(missing)}: give the folder that holds all three")
    given.out.mkdir(parents=True, exist_ok=True)
    Judging(given).run()


def round_of(given: argparse.Namespace, number: int) -> list[Encoded]:
    """Make and encode one round of groups: the same ones for the same number and files."""
    rng = random.Random(SEED * 1000 + number)
    cases = [*general(given.data, rng), *broken(given.data, rng)]
    made = groups(cases, rng)
    made = [group for group in made if given.part >= 1 or rng.random() < given.part]
    pieces = pieces_of(given.data, given.written)
    for path in given.written:
        for _ in range(given.repeat):
            made += groups(written(path, pieces, rng), rng)
    made += asked_groups(given.data, rng, given.texts, given.hand, given.marked) if given.texts else []
    tokenizer = tokenizer_of(given.weights)
    return [encoded(tokenizer, group) for group in made]


def encoded(tokenizer: Any, group: Group) -> Encoded:
    """Encode a group."""
    claims = [case.claim for case in group.cases]
    row = encode(tokenizer, group.evidence, claims, group.question, QUESTION if group.asked else CLAIM)
    words = np.full(len(row.ids), -1, dtype=np.int8)
    for number, case in enumerate(group.cases, start=1):
        if case.wrong is not None:
            for at in np.flatnonzero((row.side == number) & (row.end > 0)):
                words[at] = any(a < row.end[at] and row.start[at] < b for a, b in case.wrong)
    return Encoded(row=row, labels=tuple(case.label for case in group.cases), words=words)


def batches(examples: Sequence[Encoded], rng: random.Random) -> list[list[int]]:
    """Return batches in their order: rows of like length, about TOKENS tokens."""
    found = alike(range(len(examples)), lambda at: len(examples[at]), TOKENS, 12, rng)
    rng.shuffle(found)
    return found


class Judging(Training[Encoded]):
    """A run over the judge's examples."""

    warm = 0.02

    def __init__(self, given: argparse.Namespace) -> None:
        self.given, self.device = given, begin(SEED, given.threads)
        from eval.train.judge.net import JudgeNet

        net = JudgeNet(read_tensors(given.weights), LAYERS, RANK)
        if given.start:
            own, weights = net.state_dict(), weights_of(given.start)
            fit = {
                name: weight
                for name, weight in weights.items()
                if name in own and weight.shape == own[name].shape
            }
            net.load_state_dict(fit, strict=False)
        super().__init__(
            net,
            given.out,
            given.minutes,
            lambda _: float(given.rate),
            bfloat16=given.bfloat16,
            device=self.device,
        )
        for layer in net.layers if given.compile else ():
            layer.compile(dynamic=True)

    def round(self, number: int) -> list[list[Encoded]]:
        """Return batches of groups of like length in a chance order."""
        examples = round_of(self.given, number)
        order = batches(examples, random.Random(SEED * 77 + number))
        return [[examples[at] for at in batch] for batch in order]

    def loss(self, batch: Sequence[Encoded]) -> Any:
        """Return the loss of the claims and of their words."""
        return _loss(self.net, batch, self.device)

    def size(self, example: Encoded) -> int:
        """Return the tokens of a group."""
        return len(example)


def weights_of(path: Path) -> dict[str, Any]:
    """Return the trained weights of a state.pt, or those of a .safetensors file."""
    import torch
    from safetensors.torch import load_file

    if path.suffix == ".safetensors":
        return load_file(path)
    master: dict[str, Any] = torch.load(path, weights_only=True, map_location="cpu")["master"]
    return master


def _loss(net: "JudgeNet", group: Sequence[Encoded], device: str) -> "torch.Tensor":
    import torch

    from eval.train.judge.net import Batch, batch_of, judge_loss

    batch = batch_of([item.row for item in group])
    words = np.full(batch.ids.shape, -1, dtype=np.int64)
    labels: list[int] = []
    pairs: list[tuple[int, int]] = []
    for at, item in enumerate(group):
        words[at, : len(item.words)] = item.words
        own = range(len(labels), len(labels) + len(item.labels))
        labels += item.labels
        pairs += [(a, b) for a in own for b in own if labels[a] == 0 and labels[b] != 0]
    moved = {name: value.to(device) for name, value in vars(batch).items()}
    logits, wrong = net(Batch(**moved))
    return judge_loss(
        logits, wrong, torch.tensor(labels, device=device), torch.from_numpy(words).to(device),
        torch.tensor(pairs, dtype=torch.long, device=device).reshape(-1, 2),
    )  # fmt: skip


if __name__ == "__main__":
    main()
