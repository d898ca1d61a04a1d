"""Train a small model of our own for reading and grounding, from the MiniLM weights that are shipped.

    python -m eval.train.reader.train --data DIR --out DIR --minutes N

With `--start` it goes on from the weights that are shipped, with the larger sets of `reading_more` and the everyday
questions of `asked.jsonl.gz` and `hand.jsonl.gz` too.
Saves its state every two minutes: stopped at any moment and run again, it goes on where it was. One core is enough.
"""

import argparse
import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from assistant.core.settings import load_settings
from assistant.models.embedder.load import load_embedder
from assistant.models.reader.reader import WEIGHTS, checked
from assistant.models.reader.tokens import Row, encode, narrow
from assistant.text.sentences import sentence_spans
from eval.train.batches import alike
from eval.train.reader.claims import Claim, claims
from eval.train.reader.data import readings, with_more
from eval.train.reader.example import Reading
from eval.train.reader.written.asked import asked_readings
from eval.train.reader.written.hand import hand_readings
from eval.train.training import Training, begin

if TYPE_CHECKING:
    import torch

    from eval.train.reader.net import Net

SEED = 7
TOKENS = 2048  # in a batch, about
RATE, HEAD_RATE = 1e-4, 1e-3
GROUNDING = 6  # one claim in so many goes on being trained, so that its head follows the layers below it
Example = Reading | Claim


@dataclass(frozen=True, kw_only=True)
class Encoded:
    """One example as tokens, with the cosine of each sentence of its text (empty for claims)."""

    example: Example
    row: Row
    cosine: NDArray[np.float32]


def main() -> None:
    """Train until the time is up, going on from the last saved state."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with reading, qa, grounding, retrieval"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for state.pt, log.jsonl and cosines")
    parser.add_argument("--minutes", type=float, default=60.0, help="time to train, pauses left out")
    parser.add_argument(
        "--start", action="store_true", help="go on from the shipped weights, with reading_more"
    )
    parser.add_argument("--limit", type=int, default=0, help="examples of each kind, for a trial")
    parser.add_argument(
        "--repeat", type=int, default=1, help="how often hand-written questions come in a round"
    )
    parser.add_argument(
        "--marked",
        nargs="*",
        default=[],
        metavar="MARK",
        help="of the questions on everyday documents those alone that are marked other_words or fragment",
    )
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--bfloat16", action="store_true", help="where the processor is faster in it")
    given = parser.parse_args()
    missing = [
        name for name in ("reading", "qa", "grounding", "retrieval") if not (given.data / name).is_dir()
    ]
    if missing:
        parser.error(f"{given.data} has no folder {', '.join(missing)}: give the folder that holds all four")
    given.out.mkdir(parents=True, exist_ok=True)
    more, repeat = given.start, given.repeat
    examples = prepare(given.data, given.out, given.limit, more=more, repeat=repeat, marked=given.marked)
    learning = Learning(
        examples, given.out, given.minutes, shipped=more, rate=given.rate, bfloat16=given.bfloat16
    )
    learning.run()


def prepare(
    data: Path, out: Path, limit: int = 0, *, more: bool = False, repeat: int = 1, marked: Sequence[str] = ()
) -> list[Encoded]:
    """Make and encode all examples: the same ones for the same data."""
    rng = random.Random(SEED)
    found: list[Example] = []
    for kind in (with_more if more else readings, claims):
        made: list[Any] = kind(data, rng)
        rng.shuffle(made)
        if more and kind is claims:
            made = made[: len(made) // GROUNDING]
        found += made[:limit] if limit else made
    if more:
        found += [*asked_readings(data, rng), *hand_readings(rng, marked=marked)] * repeat
    texts: set[str] = set()
    for item in found:
        if isinstance(item, Reading):
            texts |= {item.question, *_sentences(item.text)}
    vectors = _vectors(sorted(texts), out / "vectors.npz")
    return [_encode(item, vectors) for item in found]


def _sentences(text: str) -> list[str]:
    return [text[a:b] for a, b in sentence_spans(text)]


def _vectors(texts: list[str], cache: Path) -> dict[str, NDArray[np.float16]]:
    """Embed texts; those that an earlier run embedded are read."""
    known: dict[str, NDArray[np.float16]] = {}
    if cache.exists():
        with np.load(cache) as stored:
            known = dict(zip(stored["keys"].tolist(), stored["rows"], strict=True))
    keys = [hashlib.sha256(text.encode()).hexdigest()[:24] for text in texts]
    new = [at for at, key in enumerate(keys) if key not in known]
    if new:
        rows = load_embedder(load_settings()).encode([texts[at] for at in new]).astype(np.float16)
        known.update(zip([keys[at] for at in new], rows, strict=True))
        part = cache.with_name("part.npz")  # a run may be stopped while it writes
        np.savez(part, keys=np.array(list(known)), rows=np.stack(list(known.values())))
        part.replace(cache)
    return {text: known[key] for text, key in zip(texts, keys, strict=True)}


def _encode(item: Example, vectors: dict[str, NDArray[np.float16]]) -> Encoded:
    if isinstance(item, Claim):
        row = encode(item.claim, narrow(item.claim, item.evidence))
        return Encoded(example=item, row=row, cosine=np.zeros(0, dtype=np.float32))
    asked = vectors[item.question].astype(np.float32)
    near = np.array([vectors[text].astype(np.float32) @ asked for text in _sentences(item.text)])
    return Encoded(
        example=item, row=encode(item.question, item.text, item.head), cosine=near.astype(np.float32)
    )


def batches(examples: Sequence[Encoded], epoch: int) -> list[list[int]]:
    """Return one epoch's batches in their order: one kind each, of like length, about TOKENS tokens."""
    rng = random.Random(SEED * 1000 + epoch)
    found: list[list[int]] = []
    for kind in (Reading, Claim):
        own = [at for at, item in enumerate(examples) if isinstance(item.example, kind)]
        found += alike(own, lambda at: len(examples[at].row.ids), TOKENS, 8, rng)
    rng.shuffle(found)
    return found


class Learning(Training[Encoded]):
    """A run over the reader's examples, which are the same in each round."""

    fall = 0.4

    def __init__(
        self,
        examples: Sequence[Encoded],
        out: Path,
        minutes: float,
        *,
        shipped: bool = False,
        rate: float = RATE,
        bfloat16: bool = False,
    ) -> None:
        begin(SEED)
        from eval.train.reader.net import Net

        self.examples = examples
        net = Net()
        if shipped:
            _load_shipped(net)
        of_heads = rate if shipped else HEAD_RATE
        rates = lambda name: rate if name.startswith("encoder") else of_heads  # noqa: E731
        super().__init__(net, out, minutes, rates, decay=0.01, bfloat16=bfloat16)

    def round(self, number: int) -> list[list[Encoded]]:
        """Return batches of one kind each in a chance order."""
        return [[self.examples[at] for at in batch] for batch in batches(self.examples, number)]

    def loss(self, batch: Sequence[Encoded]) -> Any:
        """Return the loss of reading or of grounding."""
        return _loss(self.net, batch)

    def size(self, example: Encoded) -> int:
        """Return the tokens of an example."""
        return len(example.row.ids)

    def kind(self, batch: Sequence[Encoded]) -> str:
        """Tell reading from claims."""
        return "reading" if isinstance(batch[0].example, Reading) else "claim"


def _load_shipped(net: "Net") -> None:
    from safetensors.torch import load

    own = load(checked(files("assistant.models.reader").joinpath(WEIGHTS).read_bytes()))
    net.load_state_dict({name: weight.float() for name, weight in own.items()}, strict=False)


def _loss(net: "Net", group: Sequence[Encoded]) -> "torch.Tensor":
    import torch

    from eval.train.reader.net import batch_of, grounding_loss, reading_loss

    rows = [item.row for item in group]
    if isinstance(group[0].example, Reading):
        batch = batch_of(rows, [item.cosine for item in group])
        gold, sentences = np.zeros((*batch.ids.shape, 2), dtype=bool), np.zeros(batch.ids.shape, dtype=bool)
        for at, item in enumerate(group):
            gold[at, : len(item.row.ids)], sentences[at, : len(item.row.ids)] = targets(item)
        return reading_loss(net.point(batch), torch.from_numpy(gold), torch.from_numpy(sentences))
    batch = batch_of(rows)
    words = np.full(batch.ids.shape, -1, dtype=np.int64)
    label = []
    for at, item in enumerate(group):
        assert isinstance(item.example, Claim)
        label.append(item.example.label)
        if item.example.wrong is not None:
            own = batch.first[at, : len(item.row.ids)].numpy()
            hit = [any(a < y and x < b for a, b in item.example.wrong) for x, y in _places(item.row)]
            words[at, : len(hit)] = np.where(own, np.array(hit, dtype=np.int64), -1)
    return grounding_loss(*net.judge(batch), torch.tensor(label), torch.from_numpy(words))


def _places(row: Row) -> list[tuple[int, int]]:
    return list(zip(row.start.tolist(), row.end.tolist(), strict=True))


def targets(item: Encoded) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which tokens begin and end an answer (tokens, 2), and which lie in an answering sentence."""
    example, row = item.example, item.row
    assert isinstance(example, Reading)
    gold = np.zeros((len(row.ids), 2), dtype=bool)
    inside = row.sentence >= 0
    sentences = np.zeros(len(row.ids), dtype=bool)
    for a, b in example.spans:
        covered = inside & (row.start < b) & (row.end > a)
        if covered.any():
            sentences |= inside & np.isin(row.sentence, np.unique(row.sentence[covered]))
            gold[np.flatnonzero(covered)[0], 0] = gold[np.flatnonzero(covered)[-1], 1] = True
    if not sentences.any():
        gold[0] = sentences[0] = True
    elif not example.exact:
        gold[:] = sentences[:, None]
    return gold, sentences


if __name__ == "__main__":
    main()
