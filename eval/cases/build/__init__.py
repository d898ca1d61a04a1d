"""Make cases from any indexed folder of articles, with or without a chat model."""

from eval.cases.build.built import Built
from eval.cases.build.make import build

__all__ = ["Built", "build"]
