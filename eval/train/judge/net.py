"""The judge that is trained: the packaged MiniLM, a vector for each token's mark, and two heads on top.

Evidence attends to itself, each claim to the evidence and itself, so that the claims on one piece of evidence share
its reading and their errors are compared within a batch. One head tells supported, contradicted and unsupported from
the claim's first token and the mean and maximum over it; the other says of each token whether it lacks support. Load
this module only where torch is wanted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from assistant.core.settings import DEFAULT_EMBEDDER
from assistant.models.embedder.files import find_model
from assistant.models.judge.encode import MARKS, JudgeRow

WIDTH = 384
LOW = -1e4


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Rows side by side: arrays (rows, tokens), and the number of claims in all.

    `side` is -1 for padding, 0 for evidence and the number of the claim in its row; `claim` counts claims over the
    batch from 0 on the tokens of their words, and is -1 elsewhere; `first` is the flat place of each claim's [CLS].
    """

    ids: Tensor
    marks: Tensor
    places: Tensor
    side: Tensor
    claim: Tensor
    first: Tensor
    count: int


def batch_of(rows: Sequence[JudgeRow]) -> Batch:
    """Put rows side by side."""
    width = max(len(row.ids) for row in rows)
    ids, marks, places = (np.zeros((len(rows), width), dtype=np.int64) for _ in range(3))
    side, claim = (np.full((len(rows), width), -1, dtype=np.int64) for _ in range(2))
    first: list[int] = []
    for at, row in enumerate(rows):
        end = len(row.ids)
        ids[at, :end], marks[at, :end], places[at, :end] = row.ids, row.marks, row.places
        side[at, :end] = row.side
        claim[at, :end] = np.where(
            (row.side > 0) & (row.end > 0), row.side.astype(np.int64) + len(first) - 1, -1
        )
        first += [at * width + int(np.argmax(row.side == n)) for n in range(1, int(row.side.max()) + 1)]
    arrays = [torch.from_numpy(array) for array in (ids, marks, places, side, claim)]
    named = dict(zip(("ids", "marks", "places", "side", "claim"), arrays, strict=True))
    return Batch(**named, first=torch.tensor(first), count=len(first))


class JudgeNet(nn.Module):
    """The encoder with both heads; the word vectors stay as they are."""

    def __init__(self) -> None:
        super().__init__()
        from transformers import BertModel
        from transformers.utils import logging

        logging.set_verbosity_error()  # type: ignore[no-untyped-call]
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        self.encoder: Any = BertModel.from_pretrained(
            str(find_model(DEFAULT_EMBEDDER)),
            attn_implementation="eager",
            add_pooling_layer=False,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
        self.encoder.embeddings.requires_grad_(False)
        self.marks = nn.Embedding(MARKS, WIDTH)
        self.label = nn.Linear(3 * WIDTH, 3)
        self.wrong = nn.Linear(WIDTH, 1)
        nn.init.normal_(self.marks.weight, std=0.005)
        for head in (self.label, self.wrong):
            nn.init.normal_(head.weight, std=0.02)

    def forward(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Return logits of (supported, contradicted, unsupported), (claims, 3), and of each token lacking support."""
        with torch.no_grad():
            states: Tensor = self.encoder.embeddings(input_ids=batch.ids, position_ids=batch.places)
        states = states + self.marks(batch.marks)
        own, other = batch.side[:, :, None], batch.side[:, None, :]
        seen = (other == 0) | ((own == other) & (other > 0))
        mask = (~seen)[:, None].to(states.dtype) * LOW
        for layer in self.encoder.encoder.layer:
            states = layer(states, attention_mask=mask)
        flat = states.reshape(-1, WIDTH)
        inside = batch.claim.reshape(-1) >= 0
        which = batch.claim.reshape(-1)[inside]
        words = flat[inside].float()
        zeros = words.new_zeros((batch.count, WIDTH))
        size = words.new_zeros(batch.count).index_add_(0, which, torch.ones_like(which, dtype=words.dtype))
        mean = zeros.index_add(0, which, words) / size.clamp(min=1)[:, None]
        most = zeros.scatter_reduce(0, which[:, None].expand(-1, WIDTH), words, "amax", include_self=False)
        pooled = torch.cat([flat[batch.first].float(), mean, most], dim=1).to(states.dtype)
        return self.label(pooled).float(), self.wrong(states).float()[:, :, 0]


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
