"""Cases from files and folders of several makes."""

from eval.loaders.find import find_source
from eval.loaders.source import Source

__all__ = ["Source", "find_source"]
