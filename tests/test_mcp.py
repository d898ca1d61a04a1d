"""The MCP server by the SDK's own client: over standard input and output, over HTTP, and through a server of ours."""

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
from doc_blocks import ROOT
from doc_files import link_weights
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters
from patience import LONG_S
from serving import served
from small_index import build

from assistant import Settings

QUOTE = "KPO stands for Knowledge Process Outsourcing."
TOOLS = ["ask", "list_documents", "read_passage", "search", "verify"]
Use = Callable[[Client], Coroutine[Any, Any, None]]


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a server that starts slowly be waited for."""
    monkeypatch.setattr("mcp.client.session.DISCOVER_TIMEOUT_SECONDS", LONG_S)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = build(tmp_path_factory.mktemp("data"))
    link_weights(settings.data_dir)
    return settings


def variables(settings: Settings) -> dict[str, str]:
    return {
        "BPO_KPO_DATA_DIR": str(settings.data_dir),
        "BPO_KPO_EMBEDDER": settings.embedder,
        "BPO_KPO_MODEL": "none",
        "BPO_KPO_SERVER_TOKEN": "",
    }


def stdio(settings: Settings, *arguments: str) -> StdioServerParameters:
    return StdioServerParameters(
        command=sys.executable,
        args=["-m", "ui.cli", "mcp", *arguments],
        cwd=str(ROOT),
        env=os.environ | variables(settings),
    )


def use(server: Any, how: Use, **options: Any) -> None:
    async def connected() -> None:
        async with Client(server, **options) as client:
            await how(client)

    asyncio.run(connected())


async def call(client: Client, tool: str, **arguments: Any) -> tuple[str, dict[str, Any]]:
    """Call a tool; its data must have the form that the tool announced."""
    schema = next(item.output_schema for item in (await client.list_tools()).tools if item.name == tool)
    reply = await client.call_tool(tool, arguments)
    assert not reply.is_error, reply
    jsonschema.validate(reply.structured_content, schema or {})
    return reply.content[0].text, reply.structured_content  # type: ignore[union-attr]


async def every_tool(client: Client) -> None:
    tools = (await client.list_tools()).tools
    assert sorted(tool.name for tool in tools) == TOOLS
    assert all(tool.output_schema and tool.annotations and tool.annotations.read_only_hint for tool in tools)
    text, answer = await call(client, "ask", question="What does KPO stand for?")
    assert text.startswith(f"“{QUOTE}” [1]\n\n**Sources**")
    cited = answer["citations"][0]
    place = {"doc_id": cited["doc_id"], "start": cited["start"], "end": cited["end"]}
    assert (await call(client, "read_passage", **place))[1]["text"] == QUOTE
    text, found = await call(client, "search", query="attrition", k=1)
    assert "Attrition may be high in KPO." in text
    assert len(found["passages"]) == 1
    text, found = await call(client, "verify", claim="KPO needs monkeys.", evidence=[QUOTE])
    assert found["verdict"] != "supported"
    text, found = await call(client, "list_documents")
    assert (found["total"], found["articles"][0]["title"]) == (1, "Two models")
    assert "Two models" in text


async def refusals(client: Client) -> None:
    for tool, arguments, said in (
        ("ask", {"question": ""}, "question is empty"),
        ("ask", {}, "question"),
        ("read_passage", {"doc_id": "none"}, "list_documents names them"),
        ("read_passage", {"doc_id": "models", "start": 10_000}, "There are no words from 10000"),
        ("verify", {"claim": "a", "evidence": []}, "evidence"),
    ):
        reply = await client.call_tool(tool, arguments)
        assert reply.is_error, tool
        assert said in reply.content[0].text  # type: ignore[union-attr]


async def all_of_it(client: Client) -> None:
    await every_tool(client)
    await refusals(client)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_program_on_this_machine_talks_over_standard_input_and_output(
    settings: Settings, mode: str
) -> None:
    use(stdio(settings), all_of_it, mode=mode)


def test_without_an_index_every_tool_says_so(tmp_path: Path, settings: Settings) -> None:
    async def asked(client: Client) -> None:
        reply = await client.call_tool("search", {"query": "attrition"})
        assert reply.is_error
        assert "bpo-kpo ingest" in reply.content[0].text  # type: ignore[union-attr]

    use(stdio(settings, "--data-dir", str(tmp_path), "--index", "none-of-this-name"), asked)


def test_over_http_and_through_a_server(settings: Settings) -> None:
    values = variables(settings)
    with (
        served(settings.data_dir, **values) as server,
        served(settings.data_dir, "--http", "--server", server.address, command="mcp", **values) as mcp,
    ):
        use(f"{mcp.address}/mcp", all_of_it)
        refused = httpx.post(f"{mcp.address}/mcp", headers={"Origin": "http://evil.example"}, trust_env=False)
        assert refused.status_code == 403
        refused = httpx.post(f"{mcp.address}/mcp", headers={"Host": "evil.example"}, trust_env=False)
        assert refused.status_code == 421
        code, said = mcp.stop()
        assert code == 0
        assert "Traceback" not in said
