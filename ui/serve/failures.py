"""What goes wrong, as a status and one line of JSON."""

import re
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from assistant.core.errors import (
    AssistantError,
    IndexBusy,
    IndexError_,
    InputError,
    LoadError,
    ModelError,
)
from assistant.show.escape import one_line
from ui.serve.guard import problem
from ui.serve.jobs import TooManyJobs
from ui.serve.routes.shapes import WORDS, ErrorBody
from ui.serve.workers import Overloaded, Stopping

STATUS: tuple[tuple[type[Exception], int, str], ...] = (
    (Overloaded, 503, "busy"),
    (Stopping, 503, "busy"),
    (TooManyJobs, 429, "too_many_requests"),
    (TimeoutError, 504, "timeout"),
    (IndexBusy, 409, "index_busy"),
    (IndexError_, 503, "index"),
    (ModelError, 502, "model"),
    (LoadError, 422, "unreadable"),
    (InputError, 400, "invalid_request"),
    (AssistantError, 500, "failed"),
)  # the first that fits holds
KINDS = {
    400: "invalid_request", 401: "unauthorized", 403: "forbidden", 404: "not_found", 405: "not_allowed",
    408: "timeout", 413: "too_large", 421: "forbidden", 422: "invalid_request",
}  # fmt: skip
Described = dict[int | str, dict[str, Any]]
_SAID = {
    400: "The request cannot be used.",
    401: "The token is missing or wrong.",
    403: "It may not be done here.",
    408: "The request did not arrive in time.",
    413: "The request is too large.",
    421: "The Host is not one of this server.",
    422: "The request has not the form it needs.",
    429: "Too many requests.",
    500: "The server failed; its log has the details.",
    502: "The model failed.",
    503: "The server is busy, or its index cannot be used now.",
    504: "It took too long.",
}
_WAIT = {"Retry-After": {"schema": {"type": "integer", "minimum": 1}, "required": True}}
_HEADERS: dict[int, dict[str, Any]] = {
    401: {"WWW-Authenticate": {"schema": {"type": "string", "const": "Bearer"}, "required": True}},
    429: _WAIT,
    503: _WAIT,
}
PLAIN = {  # what Starlette and FastAPI say
    "Not Found": "There is nothing at this address: see /openapi.json.",
    "There was an error parsing the body": "The body of the request cannot be read.",
}
AGAIN = {429: {"Retry-After": "5"}, 503: {"Retry-After": "1"}}


def failures(*without: int) -> Described:
    """Return how a route may fail, as FastAPI takes it, but for these statuses."""
    return {status: failure(status, said) for status, said in _SAID.items() if status not in without}


def failure(status: int, said: str) -> dict[str, Any]:
    """Return one way to fail as FastAPI takes it."""
    headers = _HEADERS.get(status)
    return {"model": ErrorBody, "description": said} | ({"headers": headers} if headers else {})


def kind_of(status: int) -> str:
    """Return the `type` that an error of a status has first of all."""
    return KINDS.get(status) or next(
        (name for _, known, name in STATUS if known == status), "invalid_request"
    )


def told(error: Exception) -> tuple[int, dict[str, Any]]:
    """Return the status and the body of an error."""
    for kind, status, name in STATUS:
        if isinstance(error, kind):
            words = str(error) if isinstance(error, AssistantError) else "It took too long: see --timeout-s."
            return status, _body(name, words)
    return 500, _body(
        "failed", f"The request failed with {type(error).__name__}; the server's log has the details."
    )


def _body(kind: str, words: str) -> dict[str, Any]:
    return {"error": {"message": one_line(words), "type": kind, "param": None, "code": None}}


def add_failures(app: FastAPI) -> None:
    """Let every error of a route be told in the same form."""

    async def foreseen(request: Request, error: Exception) -> JSONResponse:
        status, body = told(error)
        return JSONResponse(body, status, AGAIN.get(status))

    async def http(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        headers, said = dict(error.headers or {}), str(error.detail)
        if error.status_code == 405:  # Starlette names the methods of the first route of this path alone
            headers["Allow"] = ", ".join(sorted(methods_of(app, request.scope["path"])))
            said = f"{request.method[:20]} cannot be used here, {headers['Allow']} can."
        return problem(
            error.status_code, kind_of(error.status_code), one_line(PLAIN.get(said, said)), headers=headers
        )

    async def invalid(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        place, said = _wrong(error)
        words = one_line(f"{place or 'the request'} {said}".replace(" : ", ": "))[:300]
        return problem(422, "invalid_request", words, one_line(place)[:100] or None)

    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(AssistantError, foreseen)
    app.add_exception_handler(TimeoutError, foreseen)
    app.add_exception_handler(Exception, foreseen)


def _wrong(failure: RequestValidationError) -> tuple[str, str]:
    """Return which field is wrong, "" for the whole request, and what is wrong with it."""
    errors = failure.errors()
    # Of a choice of shapes all are told: that the one meant is another says least.
    error = next((item for item in errors if not item["type"].endswith("_type")), errors[0])
    kind, place = error["type"], _place(error, failure.body)
    if kind == "json_invalid":
        return "", f"is no JSON at character {error['loc'][-1]}: {error['ctx']['error']}"
    if not place:
        return place, "has no JSON object: send one, with Content-Type: application/json"
    if kind == "string_too_short" or (error.get("ctx") or {}).get("pattern") == WORDS:
        return place, "is empty: give it in words"
    if kind == "string_pattern_mismatch":
        return place, "is no source: give the address of a page, https://..., or a whole path on the server"
    if "UploadFile" in error["msg"]:
        return place, "is text: send a file"
    return place, f": {error['msg']}"


def _place(error: dict[str, Any], body: object) -> str:
    """Return the place of a field in what was sent, without the names of the shapes that were tried on it."""
    first, *parts = error["loc"]
    if first != "body" or not isinstance(body, dict | list):
        return ".".join(str(part) for part in parts)
    found: list[str] = []
    value: Any = body
    for part in parts:
        inside = (
            part in value if isinstance(value, dict) else isinstance(value, list) and isinstance(part, int)
        )
        if inside:
            value = value[part]
        if inside or (error["type"] == "missing" and part is parts[-1]):
            found.append(str(part))
    return ".".join(found)


def methods_of(app: FastAPI, path: str) -> set[str]:
    """Return the methods that a path takes, by the description of the interface."""
    found: set[str] = set()
    for template, methods in app.openapi()["paths"].items():
        parts = re.split(r"\{(\w+)\}", template)  # texts, and the names between them
        names = (".+" if name == "doc_id" else "[^/]+" for name in parts[1::2])
        pattern = "".join(re.escape(text) + next(names, "") for text in parts[::2])
        if re.fullmatch(pattern, path):
            found |= {method.upper() for method in methods}
    return found
