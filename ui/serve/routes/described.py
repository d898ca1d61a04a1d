"""The description of the interface: what FastAPI tells of the routes, with examples, the events of streams, the token."""

from typing import Any

from pydantic import TypeAdapter

from assistant.core.types import ClaimShown
from ui.serve.failures import kind_of
from ui.serve.guard import OPEN
from ui.serve.routes.completions import ChunkBody
from ui.serve.routes.examples import REPLIES

STREAMED: tuple[TypeAdapter[Any], ...] = (TypeAdapter(ClaimShown), TypeAdapter(ChunkBody))
TOKEN = {"type": "http", "scheme": "bearer", "description": "The secret that the server was started with."}


def described(schema: dict[str, Any], *, with_token: bool) -> dict[str, Any]:
    """Return the description of the interface, for a server that asks for a token or one that does not."""
    _, streamed = TypeAdapter.json_schemas(
        [(str(at), "serialization", shape) for at, shape in enumerate(STREAMED)],
        ref_template="#/components/schemas/{model}",
    )
    schema["components"]["schemas"] = streamed["$defs"] | schema["components"]["schemas"]
    found: dict[str, Any] = plain_schema(schema)
    if with_token:
        found["components"]["securitySchemes"] = {"token": TOKEN}
    for path, operations in found["paths"].items():
        for method, operation in operations.items():
            _give_examples(operation["responses"], REPLIES.get(f"{method.upper()} {path}"))
            if with_token and path not in OPEN:
                operation["security"] = [{"token": []}]
    return found


def plain_schema(schema: Any) -> Any:
    """Return a schema in which pairs are lists of two: many generators of clients do not read `prefixItems`."""
    if isinstance(schema, list):
        return [plain_schema(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: plain_schema(value) for key, value in schema.items()}
    if "prefixItems" in found:
        found["items"] = found.pop("prefixItems")[0]
    return found


def _give_examples(replies: dict[str, Any], good: Any) -> None:
    """Put an example beside each shape, here since FastAPI leaves out of examples what is null."""
    for status, reply in replies.items():
        shown = reply.get("content", {}).get("application/json")
        if shown is None:
            continue
        if shown["schema"].get("$ref", "").endswith("/ErrorBody"):
            about = {
                "message": reply["description"], "type": kind_of(int(status)), "param": None, "code": None,
            }  # fmt: skip
            shown["example"] = {"error": about}
        elif status.startswith("2"):
            shown["example"] = good
