"""Load a chat model of Hugging Face: into this process, or behind an address that serves it."""

import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from assistant.core.errors import ModelError
from assistant.core.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

TOKENS = ("HF_TOKEN", "HUGGINGFACEHUB_API_TOKEN")
HOSTS = ("huggingface.co", "huggingface.cloud", "hf.space")


def load_in_process(settings: Settings, name: str) -> "BaseChatModel":
    """Load a folder, or a model from this machine's cache of the hub, as a pipeline of transformers on this machine.

    It drafts `max_draft_tokens` at most (512 where that is not set), always the likeliest. Code that comes with a model is not run. Raises
    ModelError when the package, the model or its chat template is missing.
    """
    try:
        from langchain_huggingface import ChatHuggingFace, HuggingFacePipeline
    except ImportError as error:
        raise ModelError(
            "the provider 'huggingface' is not installed: run `pip install langchain-huggingface`"
        ) from error
    path = Path(name).expanduser()
    place = str(path) if path.exists() else name
    if path.exists() and not (path / "config.json").is_file():
        raise ModelError(missing(place, True))
    limits = {
        "max_new_tokens": settings.max_draft_tokens or 512,
        "do_sample": False,
        "return_full_text": False,
    }
    try:
        pipeline = HuggingFacePipeline.from_model_id(place, "text-generation", pipeline_kwargs=limits)
    except OSError as error:
        raise ModelError(missing(place, path.exists())) from error
    except Exception as error:
        # transformers raises of many types, with lines of advice
        reason = next(iter(str(error).strip().splitlines()), type(error).__name__)
        raise ModelError(f"the model {place} cannot be loaded by transformers: {reason[:160]}") from error
    if not pipeline.pipeline.tokenizer.chat_template:
        raise ModelError(f"the model {place} has no chat template: choose one that is tuned to instructions")
    return ChatHuggingFace(llm=pipeline)


def missing(place: str, is_there: bool) -> str:
    """Say what is wrong with a place that holds no model, and what to do."""
    if is_there:
        return f"{place} holds no model that transformers can load: it needs config.json, weights and a tokenizer"
    return (
        f"the model {place} is no folder and is not in this machine's cache: run `hf download {place}`, "
        "or set HF_HUB_OFFLINE=0 to have it fetched"
    )


def endpoint_key(address: str) -> str | None:
    """Return the token for an inference endpoint; None where the address is not of Hugging Face, which gets none.

    Raises ModelError when the address is theirs and no token is set.
    """
    parts = urlsplit(address)
    host = parts.hostname or ""
    if parts.scheme != "https" or not any(host == known or host.endswith(f".{known}") for known in HOSTS):
        return None
    token = next((os.environ[name] for name in TOKENS if os.environ.get(name)), None)
    if token is None:
        raise ModelError(f"{host} needs a key: set HF_TOKEN")
    return token
