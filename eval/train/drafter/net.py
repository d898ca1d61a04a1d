"""The embedded SmolLM2 with low-rank steps beside its matrices, for training. Load it only where torch is wanted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from assistant.models.chat.gguf.smollm2 import THETA
from eval.train.judge.net import LOW, Layer, normal

LAYERS, RANK = 30, 16


@dataclass(frozen=True, kw_only=True)
class Row:
    """A prompt with its reply as tokens; the reply is the last `reply` of them."""

    ids: tuple[int, ...]
    reply: int


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Rows side by side, (rows, tokens), padded at the end; `asked` are flat places and `wanted` the token after each."""

    ids: Tensor
    asked: Tensor
    wanted: Tensor


def batch_of(rows: Sequence[Row]) -> Batch:
    """Put rows side by side."""
    width = max(len(row.ids) for row in rows)
    ids = np.zeros((len(rows), width), dtype=np.int64)
    asked, wanted = [], []
    for at, row in enumerate(rows):
        ids[at, : len(row.ids)] = row.ids
        for place in range(len(row.ids) - row.reply, len(row.ids)):
            asked.append(at * width + place - 1)
            wanted.append(row.ids[place])
    return Batch(ids=torch.from_numpy(ids), asked=torch.tensor(asked), wanted=torch.tensor(wanted))


class DrafterNet(nn.Module):
    """All layers with the low-rank steps; the word vectors tell the next token, too."""

    def __init__(self, weights: Mapping[str, NDArray[np.float32]]) -> None:
        super().__init__()
        self.vectors, self.last = (
            nn.Parameter(torch.from_numpy(weights[name].copy()), requires_grad=False)
            for name in ("token_embd.weight", "output_norm.weight")
        )
        self.layers = nn.ModuleList(Layer(weights, number, RANK) for number in range(LAYERS))

    def forward(self, batch: Batch) -> Tensor:
        """Return the mean cross-entropy of the reply's tokens."""
        states = self.vectors[batch.ids]
        width = batch.ids.shape[1]
        angles = torch.arange(width, device=states.device).double()[:, None] * THETA ** (
            -torch.arange(0, 64, 2, device=states.device).double() / 64
        )
        angles = torch.cat([angles, angles], -1)
        cos, sin = angles.cos().to(states.dtype), angles.sin().to(states.dtype)
        later = torch.ones(width, width, dtype=torch.bool, device=states.device).triu(1)
        mask = later.to(states.dtype) * LOW
        for layer in self.layers:
            states = layer(states, cos, sin, mask)
        told = normal(states.reshape(-1, states.shape[-1])[batch.asked], self.last) @ self.vectors.T
        loss: Tensor = nn.functional.cross_entropy(told.float(), batch.wanted)
        return loss
