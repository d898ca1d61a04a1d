"""Load the word lists the rules go by: synonyms, opposites, caution, contrasted subjects."""

import json
from functools import lru_cache
from importlib.resources import files
from typing import Any


@lru_cache(maxsize=1)
def lexicon() -> dict[str, Any]:
    """Return lexicon.json: strings of words parted by spaces, lists of such strings, or tables of them."""
    loaded: dict[str, Any] = json.loads(
        files("assistant.text.lexicon").joinpath("lexicon.json").read_text("utf-8")
    )
    return loaded


def word_set(name: str) -> frozenset[str]:
    """Return one list of words."""
    return frozenset(lexicon()[name].split())


def word_table(name: str) -> dict[str, frozenset[str]]:
    """Return one table of word lists."""
    return {key: frozenset(words.split()) for key, words in lexicon()[name].items()}
