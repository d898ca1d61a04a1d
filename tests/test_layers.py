"""The house: imports point one way and never in a circle, lazy ones included; rooms and files stay small."""

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("corpus", "assistant", "ingest", "eval", "ui")  # each may import those before it
TOOLS = (
    "eval.bench",
    "eval.train",
)  # they measure and make all parts, the page included; no part imports them
ROOMS = (  # of assistant/, each may import those before it
    "core", "text", "show", "models", "index", "question", "check", "write", "answer", "story", "assistant",
)  # fmt: skip
ENTRIES = 12  # in a folder
DATA = {"corpus"}  # folders of articles
FILES = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
LAZY = {"assistant", "ingest", "eval"}  # they name what stands below them and load it when it is asked for


def name_of(path: Path) -> str:
    """Return the dotted name of a module."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for path in FILES}


@cache
def imported(module: str) -> frozenset[str]:
    """Return our modules that a module imports anywhere in it, functions and type checks included."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            whole = [f"{node.module}.{alias.name}" for alias in node.names]
            found |= {name if name in MODULES else node.module for name in whole}
    return frozenset(name for name in found if name in MODULES and name != module)


def circle(start: str) -> list[str]:
    """Return a way from a module back to itself, by what each imports; [] where there is none."""
    ways, seen = [[start]], {start}
    while ways:
        way = ways.pop()
        for name in () if way[-1] in LAZY else imported(way[-1]):
            if name == start:
                return [*way, start]
            if name not in seen:
                seen.add(name)
                ways.append([*way, name])
    return []


def test_there_are_files_in_every_package() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in FILES} == set(PACKAGES)


def test_every_room_has_its_place_in_the_order() -> None:
    rooms = {path.stem for path in (ROOT / "assistant").iterdir() if not path.name.startswith("__")}
    assert rooms <= set(ROOMS)


def points_wrong(module: str, name: str) -> bool:
    """Tell whether a module may not import this one."""
    if module.startswith(TOOLS):
        return False
    if name.startswith(TOOLS):
        return True
    own, other = module.split("."), name.split(".")
    if PACKAGES.index(other[0]) > PACKAGES.index(own[0]):
        return True
    inside = own[0] == other[0] == "assistant" and len(own) > 1 and len(other) > 1
    return inside and ROOMS.index(other[1]) > ROOMS.index(own[1])


def test_imports_point_one_way() -> None:
    wrong = {(module, name) for module in MODULES for name in imported(module) if points_wrong(module, name)}
    assert wrong == set()
    assert points_wrong("assistant.core.types", "assistant.show.text")
    assert points_wrong("assistant.answer.turn", "eval.run.types")
    assert points_wrong("ui.cli.parse", "eval.bench.speed")
    assert not points_wrong("ui.cli.parse", "assistant.core.errors")


def test_no_import_leads_back_to_its_module() -> None:
    assert [circle(module) for module in sorted(set(MODULES) - LAZY) if circle(module)] == []


def test_a_circle_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    edges = {"a": frozenset({"b"}), "b": frozenset({"c", "d"}), "c": frozenset({"a"}), "d": frozenset()}
    monkeypatch.setitem(globals(), "imported", edges.__getitem__)
    assert circle("a") == ["a", "b", "c", "a"]
    assert circle("d") == []


def test_no_room_has_more_than_twelve_entries() -> None:
    folders = {path.parent for path in FILES if path.relative_to(ROOT).parts[0] not in DATA}
    counts = {
        str(folder.relative_to(ROOT)): len([item for item in folder.iterdir() if item.name != "__pycache__"])
        for folder in folders
    }
    assert {folder: count for folder, count in counts.items() if count > ENTRIES} == {}


def test_files_stay_readable() -> None:
    long: dict[str, int] = {}
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        spans = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
        long |= {f"{path}: {node.name}": 60 for node in spans if (node.end_lineno or 0) - node.lineno >= 60}
        long |= {str(path): 480} if len(text.splitlines()) > 480 else {}
    assert long == {}
