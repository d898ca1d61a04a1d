"""Teach the embedded model to answer from numbered sentences.

    python -m eval.train.drafter.train --weights GGUF --out DIR --minutes N [--bfloat16] [--compile]

Saves its state every two minutes: stopped at any moment and run again, it goes on where it was.
"""

import argparse
import json
import random
import time
from pathlib import Path
from typing import Any

import numpy as np

from assistant.models.chat.gguf.tensors import read_tensors, read_tokenizer
from eval.train.batches import alike
from eval.train.drafter.data import WRITTEN, Example, examples
from eval.train.master_weights import descend, publish

SEED = 17
TOKENS = 1400  # in a batch, about
LONGEST = 900  # tokens of a row; a longer one is left out
RATE = 6e-4
WARM, FALL = 0.03, 0.6  # shares of the time in which the rate rises and falls
SAVE_S = 120.0
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
    train(given)


def train(given: argparse.Namespace) -> None:
    """Train, a line in log.jsonl every fifty steps."""
    import torch

    from eval.train.drafter.net import DrafterNet, batch_of, trained

    torch.manual_seed(SEED)
    if given.threads:
        torch.set_num_threads(given.threads)
    net = DrafterNet(read_tensors(given.weights))
    master = {name: p.detach().clone().float() for name, p in trained(net)}
    optimiser = torch.optim.AdamW(
        [{"params": list(master.values()), "full": given.rate}], lr=given.rate, weight_decay=0.0, foreach=True
    )
    number = at = tokens = 0
    elapsed, seconds = 0.0, 60 * given.minutes
    saved_at = given.out / "state.pt"
    if saved_at.exists():
        kept = torch.load(saved_at, weights_only=True)
        for name, p in master.items():
            p.copy_(kept["master"][name])
        optimiser.load_state_dict(kept["optimiser"])
        number, at, tokens, elapsed = kept["progress"]
    net.to(dtype=torch.bfloat16 if given.bfloat16 else torch.float32)
    publish(net, master)
    for layer in net.layers if given.compile else ():
        layer.compile(dynamic=True)
    rows, order = round_of(given, number)
    last = saved = time.monotonic()
    recent: list[float] = []
    while elapsed < seconds:
        if at >= len(order):
            number, at = number + 1, 0
            rows, order = round_of(given, number)
            last = time.monotonic()
        batch = [rows[row] for row in order[at]]
        loss = net(batch_of(batch))
        share = elapsed / seconds
        descend(net, master, optimiser, loss, max(0.0, min(share / WARM, (1 - share) / FALL, 1.0)))
        recent.append(float(loss.detach()))
        at, tokens = at + 1, tokens + sum(len(row.ids) for row in batch)
        now = time.monotonic()
        elapsed, last = elapsed + now - last, now
        if at % 50 == 0:
            told = {"round": number, "step": at, "of": len(order), "minutes": round(elapsed / 60, 2)}
            told |= {"loss": round(float(np.mean(recent)), 4), "tokens": tokens}
            with (given.out / "log.jsonl").open("a", encoding="utf-8") as file:
                file.write(json.dumps(told) + "\n")
            recent = []
        if now - saved > SAVE_S or elapsed >= seconds:
            part = given.out / "state.pt.part"
            progress = (number, at, tokens, elapsed)
            torch.save({"master": master, "optimiser": optimiser.state_dict(), "progress": progress}, part)
            part.replace(saved_at)
            saved = now


def round_of(given: argparse.Namespace, number: int) -> tuple[list[Any], list[list[int]]]:
    """Return the rows of a round, and its batches of rows of like length in a chance order."""
    rng = random.Random(SEED * 1000 + number)
    tokenizer = read_tokenizer(given.weights)
    tokenizer.add_special_tokens([OPEN, CLOSE])
    rows = [
        row for item in examples(rng, given.written) if len((row := encoded(tokenizer, item)).ids) <= LONGEST
    ]
    order = alike(range(len(rows)), lambda at: len(rows[at].ids), TOKENS, 40, rng)
    rng.shuffle(order)
    return rows, order


def encoded(tokenizer: Any, item: Example) -> Any:
    """Encode a prompt by the model's template, and the reply with the token that ends it."""
    from eval.train.drafter.net import Row

    prompt = "".join(f"{OPEN}{role}\n{text}{CLOSE}\n" for role, text in item.messages)
    before = tokenizer.encode(f"{prompt}{OPEN}assistant\n").ids
    reply = tokenizer.encode(f"{item.reply}{CLOSE}").ids
    return Row(ids=(*before, *reply), reply=len(reply))


if __name__ == "__main__":
    main()
