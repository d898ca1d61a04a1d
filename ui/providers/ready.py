"""Tell what keeps a model, a checker or an embedder from being used, without loading it or sending anything."""

import os
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from assistant.core.errors import AssistantError
from assistant.core.settings import Settings
from assistant.index.thresholds import package_version
from assistant.models.chat.load import FORMS, client_options, load_chat_model
from ui.providers.cached import Cached
from ui.providers.hosted import KNOWN
from ui.providers.servers import WITHOUT_SERVER, Found


def lacks_model(settings: Settings, listed: Sequence[list[Found] | None], cached: Iterable[Cached]) -> str:
    """Return what the chat model of the settings lacks, "" for nothing that shows.

    `listed`: what the servers offer that would be asked for it, None for one that does not answer.
    """
    provider, _, name = settings.model.partition(":")
    try:
        if provider in WITHOUT_SERVER:
            load_chat_model(settings)
            return ""
        if not re.fullmatch(r"[a-z][a-z0-9_-]*", provider) or not name.strip():
            return f"it is not a model's name: {FORMS}"
        package, key = KNOWN.get(provider, (None, None))
        if package is None:
            load_chat_model(settings)  # LangChain knows whether there is such a provider, and its package
        elif not package_version(package):
            return f"run `pip install {package}`"
        if provider == "huggingface" and not settings.base_url:
            return _lacks_folder(name, cached)
        client_options(settings, provider)
    except AssistantError as error:
        return str(error)
    has_address = bool(settings.base_url or os.environ.get(f"{provider.upper()}_BASE_URL"))
    if key and not has_address and not os.environ.get(key):
        return f"it needs a key: set {key}"
    if None in listed:
        return "its server does not answer"
    offered = [item.name for one in listed for item in one or ()]
    if offered and name not in offered and f"{name}:latest" not in offered:
        return "its server does not offer it"
    return ""


def lacks_checker(settings: Settings, cached: Iterable[Cached], model: str) -> str:
    """Return what the checker of the settings lacks, "" for nothing; `model` is what the chat model in force lacks."""
    kind, _, name = settings.checker.partition(":")
    if kind == "cross-encoder":
        from assistant.check.cascade.cross_encoder import find_cross_encoder

        return _refusal(find_cross_encoder, name)
    if kind != "llm":
        return ""
    return (
        lacks_model(settings.model_copy(update={"model": name}), (), cached)
        if name
        else lacks_judge(settings, model)
    )


def lacks_judge(settings: Settings, model: str) -> str:
    """Return what the chat model in force lacks to judge; `model` is what it lacks to be used at all."""
    if not settings.drafts or settings.small_model:
        return "it needs a chat model that can judge: name one with --model"
    return model


def lacks_embedder(name: str) -> str:
    """Return what the embedder of this name lacks, "" for nothing that shows."""
    from assistant.models.embedder.embedder import HASH_EMBEDDER
    from assistant.models.embedder.files import find_model, weights_files

    return "" if name == HASH_EMBEDDER else _refusal(lambda one: weights_files(find_model(one)), name)


def _lacks_folder(name: str, cached: Iterable[Cached]) -> str:
    """Return what a model of Hugging Face lacks that is to run in this process."""
    from assistant.models.chat.huggingface import missing

    place = Path(os.path.expanduser(name))  # noqa: PTH111 - pathlib fails where there is no such user
    there = (place / "config.json").is_file() or any(
        item.name == name for item in cached if item.kind == "chat"
    )
    return "" if there else missing(str(place) if place.exists() else name, place.exists())


def _refusal(look: Callable[[str], object], name: str) -> str:
    try:
        look(name)
    except AssistantError as error:
        return str(error)
    return ""
