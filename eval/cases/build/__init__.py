"""Make cases from any indexed folder of articles, without an LLM."""

from eval.cases.build.built import Built
from eval.cases.build.make import build

__all__ = ["Built", "build"]
