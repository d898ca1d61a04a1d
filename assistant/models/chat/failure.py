"""Say in one line, without any key, why a model failed and what to do."""

import os
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from assistant.core.errors import ModelError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_BY_STATUS = {
    200: "failed in the middle of its reply: {short}",  # told within a reply that began well
    401: "refused the key (HTTP 401): check the provider's API key",
    403: "refused the key (HTTP 403): check the provider's API key",
    404: "is not known to its server (HTTP 404): check the name and --base-url",
    429: "is over its limit (HTTP 429): wait, or check the account",
}
_BROKE_OFF = "broke off in the middle of its reply"
_NO_COMPLETION = "sent something that is no chat completion: check --base-url"
_BY_KIND = (  # of the error or what caused it; "Empty" is a queue that stays empty
    (("TooLargeReply",), "sent more than any answer needs, and was cut off: use another model or server"),
    (("PackedReply",), "packed its reply in a way that was not asked for: check its server and --base-url"),
    (("Timeout", "Empty"), "did not answer in time: allow more seconds, or use another model"),
    (("ConnectError",), "cannot be reached: check its server and --base-url"),
    (("ProtocolError", "ReadError"), _BROKE_OFF),
    (("JSON", "Validation", "AssertionError"), _NO_COMPLETION),
)


def failure(model: "BaseChatModel", error: Exception, *, begun: bool = False) -> ModelError:
    """Turn whatever a provider raises into one readable line without its key; `begun` once text of a reply came."""
    if isinstance(error, ModelError):
        return error
    line = _said_by_status(model, error) or _said_by_kind(error)
    if begun and line == _NO_COMPLETION:
        line = _BROKE_OFF
    line = line or f"failed ({type(error).__name__}): {{short}}"
    return ModelError(f"{label(model)} {line.replace('{short}', short(error))}")


def _said_by_status(model: "BaseChatModel", error: Exception) -> str | None:
    status = getattr(error, "status_code", None)
    if not isinstance(status, int) or status <= 0:
        return None
    if status == 404 and model._llm_type == "chat-ollama":
        return f"is not on its server (HTTP 404): run `ollama pull {label(model).split()[-1]}`"
    if status >= 500:
        return f"failed on its server (HTTP {status}): try again later"
    return _BY_STATUS.get(status, f"refused the request (HTTP {status}): {{short}}")


def _said_by_kind(error: Exception) -> str | None:
    kinds = " ".join(type(item).__name__ for item in _chain(error))
    if str(error) == "No generation chunks were returned":  # what LangChain says of an empty stream
        return "returned nothing"
    if isinstance(error, ConnectionError):
        return "cannot be reached: check its server and --base-url"
    return next((line for names, line in _BY_KIND if any(name in kinds for name in names)), None)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and what caused it, outermost first."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def short(error: Exception) -> str:
    """Return the first line of an error, at most 160 characters, with every key in it blotted out."""
    text = _told_by_server(getattr(error, "body", None)) or str(error)
    line = next((line.strip() for line in text.splitlines() if line.strip()), "no reason given")
    for variable, value in os.environ.items():
        if variable.endswith(("_KEY", "_TOKEN", "_SECRET")) and len(value) >= 8:
            line = line.replace(value, "***")
    return re.sub(r"\b(?:(?:sk|key|pk)-|hf_)[\w*-]{6,}", "***", line)[:160]


def _told_by_server(body: object) -> str:
    """Return the message in the body of a failed request, "" where there is none."""
    if isinstance(body, dict) and isinstance(body.get("error"), dict):
        body = body["error"]
    message = body.get("message") if isinstance(body, dict) else None
    return message if isinstance(message, str) else ""


def label(model: "BaseChatModel") -> str:
    """Name a model in a sentence."""
    names = (getattr(model, field, None) for field in ("model_name", "model", "model_id"))
    return f"the model {next(filter(None, names), model._llm_type)}"
