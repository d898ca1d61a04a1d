"""The judge that is trained: the lower layers of the embedded SmolLM2, low-rank steps beside them, and two heads.

Evidence comes first and each claim sees it and itself alone (causal), so that the claims on one piece of evidence share
its reading and their errors are compared within a batch. One head tells supported, contradicted and unsupported from
the last token of a claim, the other says of each of its tokens whether it lacks support. The published weights stay as
they are; beside each matrix a product of two thin ones is trained (LoRA, Hu et al. 2022). Load this module only where
torch is wanted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from assistant.models.chat.gguf.smollm2 import HEADS, KEYS, SCALE, THETA, WIDE, WIDTH, matrix
from assistant.models.judge.encode import JudgeRow

LOW = -1e4
EPSILON = 1e-5
Weights = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Rows side by side: arrays (rows, tokens); `last` (claims,) are the flat places where each claim is judged.

    `side` is -1 for padding, 0 for evidence and the number of the claim in its row.
    """

    ids: Tensor
    places: Tensor
    side: Tensor
    last: Tensor


def batch_of(rows: Sequence[JudgeRow]) -> Batch:
    """Put rows side by side."""
    width = max(len(row.ids) for row in rows)
    ids, places = (np.zeros((len(rows), width), dtype=np.int64) for _ in range(2))
    side = np.full((len(rows), width), -1, dtype=np.int64)
    for at, row in enumerate(rows):
        end = len(row.ids)
        ids[at, :end], places[at, :end], side[at, :end] = row.ids, row.places, row.side
    last = [at * width + place for at, row in enumerate(rows) for place in row.last]
    return Batch(
        ids=torch.from_numpy(ids),
        places=torch.from_numpy(places),
        side=torch.from_numpy(side),
        last=torch.tensor(last),
    )


class Step(nn.Module):
    """A dense step that stays as it is, and a low-rank one beside it."""

    def __init__(self, weight: NDArray[np.float32], rank: int) -> None:
        super().__init__()
        out, width = weight.shape
        self.weight = nn.Parameter(torch.from_numpy(weight.copy()), requires_grad=False)
        self.down = nn.Parameter(torch.randn(rank, width) / width**0.5)
        self.up = nn.Parameter(torch.zeros(out, rank))

    def forward(self, states: Tensor) -> Tensor:
        """Return the sum of both."""
        low = nn.functional.linear(nn.functional.linear(states, self.down), self.up)
        return nn.functional.linear(states, self.weight) + SCALE * low


class Layer(nn.Module):
    """One layer of Llama: attention of grouped heads with rotated places, then a gated step (Touvron et al. 2023)."""

    def __init__(self, weights: Weights, number: int, rank: int) -> None:
        super().__init__()
        self.first, self.second = (
            nn.Parameter(torch.from_numpy(weights[f"blk.{number}.{name}.weight"].copy()), requires_grad=False)
            for name in ("attn_norm", "ffn_norm")
        )
        self.qkv = Step(matrix(weights, number, "qkv"), rank)
        self.out = Step(matrix(weights, number, "out"), rank)
        self.gate = Step(matrix(weights, number, "gate"), rank)
        self.dense = Step(matrix(weights, number, "dense"), rank)

    def forward(self, states: Tensor, cos: Tensor, sin: Tensor, mask: Tensor) -> Tensor:
        """Return the states after this layer."""
        rows, width, _ = states.shape
        size = WIDTH // HEADS
        parts = self.qkv(normal(states, self.first)).split([WIDTH, KEYS * size, KEYS * size], -1)
        query, key, value = (part.view(rows, width, -1, size).transpose(1, 2) for part in parts)
        query, key = rotated(query, cos, sin), rotated(key, cos, sin)
        seen = query.reshape(rows, KEYS, -1, size) @ key.transpose(2, 3) * size**-0.5
        share = (seen.view(rows, KEYS, HEADS // KEYS, width, width) + mask).softmax(-1)
        mixed = (share.view(rows, KEYS, -1, width) @ value).view(rows, HEADS, width, size)
        states = states + self.out(mixed.transpose(1, 2).reshape(rows, width, WIDTH))
        gate, wide = self.gate(normal(states, self.second)).split([WIDE, WIDE], -1)
        ended: Tensor = states + self.dense(nn.functional.silu(gate) * wide)
        return ended


class JudgeNet(nn.Module):
    """The lower layers with the low-rank steps and both heads."""

    def __init__(self, weights: Weights, layers: int, rank: int) -> None:
        super().__init__()
        self.vectors = nn.Parameter(
            torch.from_numpy(weights["token_embd.weight"].copy()), requires_grad=False
        )
        self.layers = nn.ModuleList(Layer(weights, number, rank) for number in range(layers))
        self.last = nn.Parameter(torch.from_numpy(weights["output_norm.weight"].copy()), requires_grad=False)
        self.label = nn.Linear(WIDTH, 3)
        self.wrong = nn.Linear(WIDTH, 1)
        for head in (self.label, self.wrong):
            nn.init.normal_(head.weight, std=0.02)
            nn.init.zeros_(head.bias)

    def forward(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Return logits of (supported, contradicted, unsupported), (claims, 3), and of each token lacking support."""
        states = self.vectors[batch.ids]
        angles = batch.places[:, :, None].double() * THETA ** (
            -torch.arange(0, 64, 2, device=states.device).double() / 64
        )
        angles = torch.cat([angles, angles], -1)[:, None]
        cos, sin = angles.cos().to(states.dtype), angles.sin().to(states.dtype)
        own, other = batch.side[:, :, None], batch.side[:, None, :]
        width = batch.ids.shape[1]
        before = torch.ones(width, width, dtype=torch.bool, device=states.device).tril()
        seen = ((other == 0) | ((own == other) & (other > 0))) & before
        mask = (~seen)[:, None, None].to(states.dtype) * LOW
        for layer in self.layers:
            states = layer(states, cos, sin, mask)
        states = normal(states, self.last)
        return self.label(states.reshape(-1, WIDTH)[batch.last]).float(), self.wrong(states).float()[:, :, 0]


def normal(states: Tensor, weight: Tensor) -> Tensor:
    """Return states of like length (root mean square)."""
    wide = states.float()
    scaled: Tensor = (wide * torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + EPSILON)).to(states.dtype)
    return scaled * weight


def rotated(part: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Return queries or keys turned by their places (Su et al. 2021)."""
    half = part.shape[-1] // 2
    return part * cos + torch.cat([-part[..., half:], part[..., :half]], -1) * sin


def judge_loss(
    logits: Tensor, wrong: Tensor, label: Tensor, words: Tensor, pairs: Tensor, weight: float = 1.0
) -> Tensor:
    """Return the loss of the labels (3: one of the last two), of known words, and of pairs of claims on one evidence.

    `words` (rows, tokens) is -1 where nothing is known, 1 where support is lacking; `pairs` (n, 2) holds the numbers of
    a true and a false claim about the same evidence, of which the true one should score higher.
    """
    chance = torch.log_softmax(logits, dim=1)
    either = torch.logsumexp(chance[:, 1:], dim=1, keepdim=True)
    loss = -torch.cat([chance, either], dim=1).gather(1, label[:, None]).mean()
    if len(pairs):
        score = chance[:, 0] - either[:, 0]
        loss = loss + weight * nn.functional.softplus(score[pairs[:, 1]] - score[pairs[:, 0]]).mean()
    known = words >= 0
    if known.any():
        loss = loss + 0.3 * nn.functional.binary_cross_entropy_with_logits(
            wrong[known], words[known].float(), pos_weight=torch.tensor(4.0, device=wrong.device)
        )
    return loss
