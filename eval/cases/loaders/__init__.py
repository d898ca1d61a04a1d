"""Cases from files and folders of several makes."""

from eval.cases.loaders.find import find_source
from eval.cases.loaders.source import Source

__all__ = ["Source", "find_source"]
