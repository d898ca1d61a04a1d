"""Set two runs side by side: which figures moved by more than chance, and which cases changed."""

from eval.compare.body import to_dict
from eval.compare.runs import compare
from eval.compare.show.markdown import to_markdown
from eval.compare.show.page import to_html
from eval.compare.show.text import to_text
from eval.compare.types import Comparison

__all__ = ["Comparison", "compare", "to_dict", "to_html", "to_markdown", "to_text"]
