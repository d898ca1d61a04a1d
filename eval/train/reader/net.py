"""The network that is trained: the packaged MiniLM with marks for shared words, and two heads.

The reading head points at the first and last token of the answer, or at the first token of the row where the text
holds none (as in BERT's SQuAD 2 reader, Devlin et al. 2019). The cosine of question and sentence is added to each
token of the sentence, so that training starts from what the embedder knows. The grounding head reads the first
token and the mean and maximum over the claim; a second one says of each token of the claim whether it is wrong.
Load this module only where torch is wanted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from assistant.core.settings import DEFAULT_EMBEDDER
from assistant.models.embedder.files import find_model
from assistant.models.reader.tokens import MARKS, Row, first_side

WIDTH = 384
FROZEN = 2  # lowest layers, and the word vectors, stay as they are; the marks come in above them
COSINE_GAIN = 8.0  # to begin with
LOW = -1e4


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Rows side by side, each array (rows, tokens); the last two are for reading and grounding alone."""

    ids: Tensor
    marks: Tensor
    mask: Tensor  # 1 where there is a token
    text: Tensor  # True on the tokens of the text and on the first of the row
    first: Tensor  # True on the tokens of the question or claim
    cosine: Tensor  # of the token's sentence with the question, 0 elsewhere


def batch_of(rows: Sequence[Row], cosines: Sequence[NDArray[np.float32]] | None = None) -> Batch:
    """Put rows side by side; `cosines` holds one value a sentence of each row's text."""
    width = max(len(row.ids) for row in rows)
    ids, marks = (np.zeros((len(rows), width), dtype=np.int64) for _ in range(2))
    mask, text, first = (np.zeros((len(rows), width), dtype=bool) for _ in range(3))
    cosine = np.zeros((len(rows), width), dtype=np.float32)
    for at, row in enumerate(rows):
        end = len(row.ids)
        ids[at, :end], marks[at, :end], mask[at, :end] = row.ids, row.marks, True
        text[at, :end] = row.sentence >= 0
        text[at, 0] = True
        first[at, :end] = first_side(row)
        if cosines is not None and len(cosines[at]):
            near = cosines[at][np.clip(row.sentence, 0, len(cosines[at]) - 1)]
            cosine[at, :end] = np.where(row.sentence >= 0, near, 0.0)
    arrays = [torch.from_numpy(array) for array in (ids, marks, mask, text, first, cosine)]
    return Batch(**dict(zip(("ids", "marks", "mask", "text", "first", "cosine"), arrays, strict=True)))


class Net(nn.Module):
    """The encoder with both heads; its lowest layers stay as they are."""

    def __init__(self) -> None:
        super().__init__()
        from transformers import BertModel
        from transformers.utils import logging

        logging.set_verbosity_error()  # type: ignore[no-untyped-call]
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        folder = str(find_model(DEFAULT_EMBEDDER))
        self.encoder: Any = BertModel.from_pretrained(
            folder, attn_implementation="eager", add_pooling_layer=False, hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )  # fmt: skip
        self.encoder.embeddings.requires_grad_(False)
        self.encoder.encoder.layer[:FROZEN].requires_grad_(False)
        self.marks = nn.Embedding(MARKS, WIDTH)
        self.pointer = nn.Linear(WIDTH, 2)
        self.none = nn.Linear(WIDTH, 2)
        self.gain = nn.Parameter(torch.tensor([COSINE_GAIN, COSINE_GAIN]))
        self.label = nn.Linear(3 * WIDTH, 3)
        self.wrong = nn.Linear(WIDTH, 1)
        nn.init.zeros_(self.marks.weight)
        for head in (self.pointer, self.none, self.label, self.wrong):
            nn.init.normal_(head.weight, std=0.02)

    def states(self, batch: Batch) -> Tensor:
        """Return the last layer's states: (rows, tokens, WIDTH)."""
        layers = self.encoder.encoder.layer
        with torch.no_grad():
            states: Tensor = self.encoder.embeddings(input_ids=batch.ids)
            mask = (~batch.mask)[:, None, None, :].to(states.dtype) * LOW
            for layer in layers[:FROZEN]:
                states = layer(states, attention_mask=mask)
        states = states + self.marks(batch.marks)
        for layer in layers[FROZEN:]:
            states = layer(states, attention_mask=mask)
        return states

    def point(self, batch: Batch) -> Tensor:
        """Return logits for first and last token of the answer: (rows, tokens, 2); token 0 means none."""
        states = self.states(batch)
        logits = self.pointer(states).float() + batch.cosine[:, :, None] * self.gain.float()
        none = self.none(states[:, :1]).float()
        logits = torch.cat([none, logits[:, 1:]], dim=1)
        return logits.masked_fill(~batch.text[:, :, None], LOW)

    def judge(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Return logits of (supported, contradicted, unsupported), and of each claim token being wrong."""
        states = self.states(batch)
        inside = batch.first[:, :, None]
        mean = (states * inside).sum(1) / inside.sum(1).clamp(min=1)
        most = states.masked_fill(~inside, LOW).amax(1)
        logits = self.label(torch.cat([states[:, 0], mean, most], dim=1)).float()
        return logits, self.wrong(states).float()[:, :, 0]


def reading_loss(logits: Tensor, gold: Tensor, sentences: Tensor) -> Tensor:
    """Return minus the log chance of the right tokens and of the right sentences, averaged.

    `gold` (rows, tokens, 2) and `sentences` (rows, tokens) are True on what is right, token 0 for none.
    """
    chance = torch.log_softmax(logits, dim=1)
    exact = torch.logsumexp(chance.masked_fill(~gold, LOW), dim=1).mean()
    coarse = torch.logsumexp(chance.masked_fill(~sentences[:, :, None], LOW), dim=1).mean()
    return -(exact + coarse)


def grounding_loss(logits: Tensor, wrong: Tensor, label: Tensor, words: Tensor) -> Tensor:
    """Return the loss of the labels (3: one of the last two), and of the words known to be wrong (1) or right (0).

    `words` (rows, tokens) is -1 where nothing is known.
    """
    chance = torch.log_softmax(logits, dim=1)
    either = torch.logsumexp(chance[:, 1:], dim=1, keepdim=True)
    loss = -torch.cat([chance, either], dim=1).gather(1, label[:, None]).mean()
    known = words >= 0
    if known.any():
        target = words[known].float()
        loss = loss + 0.5 * nn.functional.binary_cross_entropy_with_logits(
            wrong[known], target, pos_weight=torch.tensor(4.0)
        )
    return loss
