"""Load the chat model the settings name: one of a GGUF file, a scripted one, or one of a provider LangChain knows."""

import os
import re
import warnings
from typing import TYPE_CHECKING, Any

from assistant.core.errors import ModelError
from assistant.core.settings import EMBEDDED_MODEL, Settings, silence_libraries

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

KEYS = {"openai": "OPENAI_API_KEY", "anthropic": "ANTHROPIC_API_KEY"}
NO_KEY = "not-needed"  # local servers ask for none, but the client insists on one
FORMS = (
    "give none, embedded, gguf:NAME_OR_PATH, or PROVIDER:NAME such as ollama:qwen2.5 or openai:gpt-4o-mini"
)
GGUF_CONTEXT, GGUF_DRAFT = 8192, 512  # tokens a GGUF model of the user's takes, and may write, at most


def load_chat_model(settings: Settings) -> "BaseChatModel | None":
    """Load the chat model; None when the settings ask for answers by quotation alone.

    Nothing is sent anywhere yet. Raises ModelError when the name, package, key or weights are missing.
    """
    silence_libraries()
    provider, _, name = settings.model.partition(":")
    if settings.model == "none":
        return None
    if provider == "embedded":
        return load_embedded(settings, name)
    if provider == "gguf":
        return load_gguf(settings)
    if provider == "scripted":
        from assistant.models.chat.scripted import load_scripted

        return load_scripted(name)
    if not re.fullmatch(r"[a-z][a-z0-9_-]*", provider) or not name.strip():
        raise ModelError(f"the model {settings.model!r} is not a model's name: {FORMS}")
    if provider == "huggingface" and not settings.base_url:
        from assistant.models.chat.huggingface import load_in_process

        return load_in_process(settings, name)
    return load_remote(settings, provider, name)


def load_embedded(settings: Settings, name: str) -> "BaseChatModel":
    """Prepare the embedded model; it loads at the first question or when told to `warm`."""
    from assistant.models.chat.gguf.in_process import InProcessChat
    from assistant.models.chat.gguf.weights import find_weights

    if name and f"embedded:{name}" != EMBEDDED_MODEL:
        raise ModelError(f"there is no embedded model {name!r}: give {EMBEDDED_MODEL}")
    weights = find_weights(settings)
    if weights is None:
        raise ModelError(
            f"the weights of {EMBEDDED_MODEL} are not in {settings.weights_dir}: run `bpo-kpo setup`, "
            "or use --model none"
        )
    return InProcessChat(
        weights=weights,
        keep_in=settings.weights_dir,
        exact=True,
        model=name or EMBEDDED_MODEL.partition(":")[2],
        max_new_tokens=settings.max_draft_tokens or 96,
    )


def load_gguf(settings: Settings) -> "BaseChatModel":
    """Prepare the model of a GGUF file, to be run in this process; it loads at the first question or by `warm`.

    Raises ModelError for a file that is missing, damaged, or that OpenVINO cannot run.
    """
    from assistant.models.chat.gguf.catalog import gguf_path
    from assistant.models.chat.gguf.header import lacks, read_header
    from assistant.models.chat.gguf.in_process import InProcessChat

    path = gguf_path(settings, settings.model)
    header = read_header(path)
    if why := lacks(header):
        raise ModelError(f"{path} cannot be run in this process: {why}")
    return InProcessChat(
        weights=path,
        model=path.stem,
        max_new_tokens=settings.max_draft_tokens or GGUF_DRAFT,
        context_tokens=min(header.context_length or GGUF_CONTEXT, GGUF_CONTEXT),
    )


def load_remote(settings: Settings, provider: str, name: str) -> "BaseChatModel":
    """Build the client of a provider LangChain knows; raises ModelError when it cannot be built."""
    from langchain.chat_models import init_chat_model

    from assistant.models.chat.bounded import bound_replies

    # a schema that is refused is asked for without one; the reader need not know
    warnings.filterwarnings(
        "ignore", message="(This model does not support|Invalid schema for) OpenAI's struct"
    )
    # an endpoint of Hugging Face speaks the protocol of OpenAI
    client = "openai" if provider == "huggingface" else provider
    try:
        model: BaseChatModel = init_chat_model(
            name, model_provider=client, **client_options(settings, provider)
        )
        return bound_replies(model)
    except ModelError:
        raise
    except ImportError as error:
        package = re.search(r"pip install ([\w-]+)", str(error))
        remedy = f"run `pip install {package[1]}`" if package else FORMS
        raise ModelError(f"the provider {provider!r} is not installed: {remedy}") from error
    except ValueError as error:
        known = "is not one LangChain knows" if "Unsupported" in str(error) else f"refused {name!r}"
        raise ModelError(f"the provider {provider!r} {known}: {FORMS}") from error
    except Exception as error:
        # each provider raises its own type, and its text may hold a key
        raise ModelError(
            f"the model {settings.model!r} cannot be set up ({type(error).__name__}): check its key"
        ) from error


def client_options(settings: Settings, provider: str) -> dict[str, Any]:
    """Return the arguments of a provider's client: temperature, time limit, no retries, address, key."""
    if provider == "ollama":
        options: dict[str, Any] = {"client_kwargs": {"timeout": settings.model_timeout_s}, "temperature": 0}
    else:
        options = {"timeout": settings.model_timeout_s, "max_retries": 0, "temperature": 0}
    if provider == "anthropic":
        del options["temperature"]  # the newest of its models refuse any
    if settings.base_url:
        options["base_url"] = settings.base_url
    if provider == "huggingface":
        from assistant.models.chat.huggingface import endpoint_key

        options["api_key"] = endpoint_key(settings.base_url or "") or NO_KEY
    variable = KEYS.get(provider)
    if variable and not os.environ.get(variable):
        if not (settings.base_url or os.environ.get(f"{provider.upper()}_BASE_URL")):
            raise ModelError(
                f"{settings.model} needs a key: set {variable}, or give --base-url for a server of your own"
            )
        options["api_key"] = NO_KEY
    return options
