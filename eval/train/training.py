"""Train a network so that it can be stopped at any moment and goes on where it was.

The network may work in bfloat16, on float32 copies of its weights (mixed precision, Micikevicius et al. 2018).
"""

import json
import time
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np

SAVE_S = 120.0
Example = TypeVar("Example")


class Training(ABC, Generic[Example]):
    """A run in a folder: state.pt, saved every two minutes, and log.jsonl. `net` is a module of torch."""

    warm, fall = 0.03, 0.6  # shares of the time in which the rate rises and falls
    every = 100  # steps, after which a line is logged

    def __init__(
        self, net: Any, out: Path, minutes: float, rate: Callable[[str], float], *, decay: float = 0.0,
        bfloat16: bool = False, device: str = "cpu",
    ) -> None:  # fmt: skip
        """Go on from the state in the folder, if any; `rate` is the learning rate of a weight by its name."""
        import torch

        self.net, self.out, self.seconds = net, out, 60 * minutes
        named = [(name, p) for name, p in net.named_parameters() if p.requires_grad]
        self.master = {name: p.detach().clone().float().to(device) for name, p in named}
        rates: dict[float, list[Any]] = defaultdict(list)
        for name, p in self.master.items():
            rates[rate(name)].append(p)
        groups = [{"params": own, "full": full} for full, own in rates.items()]
        self.optimiser = torch.optim.AdamW(groups, weight_decay=decay, foreach=True)
        self.number = self.at = self.tokens = 0  # of the round, the batch in it, and what was read in all
        self.elapsed = 0.0  # seconds of training
        if (out / "state.pt").exists():
            state = torch.load(out / "state.pt", weights_only=True, map_location=device)
            for name, p in self.master.items():
                p.copy_(state["master"][name])
            self.optimiser.load_state_dict(state["optimiser"])
            self.number, self.at, self.tokens, self.elapsed = state["progress"]
        net.to(device, dtype=torch.bfloat16 if bfloat16 else torch.float32)
        publish(net, self.master)

    @abstractmethod
    def round(self, number: int) -> list[list[Example]]:
        """Return the batches of a round in their order, the same ones for the same number."""

    @abstractmethod
    def loss(self, batch: Sequence[Example]) -> Any:
        """Return the loss of a batch, to go down from."""

    @abstractmethod
    def size(self, example: Example) -> int:
        """Return the tokens of an example."""

    def kind(self, batch: Sequence[Example]) -> str:
        """Return the name under which the loss of a batch is logged."""
        return "loss"

    def run(self) -> None:
        """Train until the time is up."""
        order = self.round(self.number)
        last = saved = time.monotonic()
        recent: dict[str, list[float]] = defaultdict(list)
        while self.elapsed < self.seconds:
            if self.at >= len(order):
                self.number, self.at = self.number + 1, 0
                order = self.round(self.number)
                last = time.monotonic()
            batch = order[self.at]
            recent[self.kind(batch)].append(self.learn(batch))
            now = time.monotonic()
            self.elapsed, last = self.elapsed + now - last, now
            if self.at % self.every == 0:
                told = {"round": self.number, "step": self.at, "of": len(order), "tokens": self.tokens}
                means = {name: round(float(np.mean(values)), 4) for name, values in recent.items()}
                with (self.out / "log.jsonl").open("a", encoding="utf-8") as file:
                    file.write(json.dumps(told | means | {"minutes": round(self.elapsed / 60, 2)}) + "\n")
                recent.clear()
            if now - saved > SAVE_S:
                self.save()
                saved = time.monotonic()
        self.save()

    def learn(self, batch: Sequence[Example]) -> float:
        """Take one step down the loss of a batch, and return it; gradients are clipped to a norm of 1."""
        import torch

        loss = self.loss(batch)
        self.net.zero_grad(set_to_none=True)
        loss.backward()
        for name, p in self.net.named_parameters():
            if name in self.master:
                self.master[name].grad = None if p.grad is None else p.grad.float()
        torch.nn.utils.clip_grad_norm_(self.master.values(), 1.0)
        share = self.elapsed / self.seconds
        for group in self.optimiser.param_groups:
            group["lr"] = group["full"] * max(0.0, min(share / self.warm, (1 - share) / self.fall, 1.0))
        self.optimiser.step()
        publish(self.net, self.master)
        self.at, self.tokens = self.at + 1, self.tokens + sum(map(self.size, batch))
        return float(loss.detach())

    def save(self) -> None:
        """Write the state, whole or not at all."""
        import torch

        part = self.out / "state.pt.part"
        progress = (self.number, self.at, self.tokens, self.elapsed)
        state = {"master": self.master, "optimiser": self.optimiser.state_dict(), "progress": progress}
        torch.save(state, part)
        part.replace(self.out / "state.pt")


def publish(net: Any, master: Mapping[str, Any]) -> None:
    """Copy the float32 weights into the working ones."""
    import torch

    with torch.no_grad():
        for name, p in net.named_parameters():
            if name in master:
                p.copy_(master[name])


def begin(seed: int, threads: int = 0) -> str:
    """Seed torch, bound its threads (0: as it likes), and return the device: "cuda" where there is a GPU, else "cpu"."""
    import torch

    torch.manual_seed(seed)
    if threads:
        torch.set_num_threads(threads)
    return "cuda" if torch.cuda.is_available() else "cpu"
