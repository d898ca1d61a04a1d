"""Train a network in bfloat16 on float32 copies of its weights (mixed precision, Micikevicius et al. 2018)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


def descend(
    net: "torch.nn.Module",
    master: Mapping[str, "torch.Tensor"],
    optimiser: "torch.optim.Optimizer",
    loss: "torch.Tensor",
    rate: float,
) -> None:
    """Take one step of the float32 weights down the loss, and copy them into the working ones.

    `rate` is the share, 0 to 1, of each group's "full" learning rate; gradients are clipped to a norm of 1.
    """
    import torch

    net.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    for name, p in net.named_parameters():
        if name in master:
            master[name].grad = None if p.grad is None else p.grad.float()
    torch.nn.utils.clip_grad_norm_(master.values(), 1.0)
    for group in optimiser.param_groups:
        group["lr"] = group["full"] * rate
    optimiser.step()
    publish(net, master)


def publish(net: "torch.nn.Module", master: Mapping[str, "torch.Tensor"]) -> None:
    """Copy the float32 weights into the working ones."""
    import torch

    with torch.no_grad():
        for name, p in net.named_parameters():
            if name in master:
                p.copy_(master[name])
