"""Make cases from any indexed folder of articles, without an LLM."""

from eval.build.built import Built
from eval.build.make import build

__all__ = ["Built", "build"]
