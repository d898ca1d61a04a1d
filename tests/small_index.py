"""An index of one short article, by the real embedder, for tests that ask."""

import json
from pathlib import Path

from helpers import settings_in

from assistant.core.settings import Settings
from assistant.models.embedder.load import load_embedder
from ingest.index import build_index

EMBEDDER = "all-MiniLM-L6-v2"
ARTICLE = """---
title: Two models
---
# Two models

BPO needs basic training. KPO needs professionals with advanced analytical skills.

KPO stands for Knowledge Process Outsourcing. In 2004 GE sold 60 per cent of GECIS for about 500 million dollars.

## Risks

KPO brings a risk of dependence on the provider. Attrition may be high in KPO.
"""


def build(folder: Path, article: str = ARTICLE) -> Settings:
    """Index an article in a data folder and return the settings that read it, with no model."""
    articles = folder / "articles"
    articles.mkdir(exist_ok=True)
    (articles / "models.md").write_text(article, encoding="utf-8")
    settings = settings_in(folder, embedder=EMBEDDER)
    build_index(settings, load_embedder(settings), [str(articles)])
    return settings


def scripted(folder: Path, *replies: object) -> str:
    """Return the name of a model that gives these replies."""
    path = folder / "script.json"
    path.write_text(json.dumps(replies), encoding="utf-8")
    return f"scripted:{path}"
