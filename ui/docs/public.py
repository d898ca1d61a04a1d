"""Read the public names of the packages, with their signatures and docstrings, without importing them.

Needs the development requirements (griffe reads the source).
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("assistant", "ingest", "eval")
WIDTH = 92  # characters of a signature on one line
Found = Any  # griffe's objects, or its aliases of them, which have the attributes of what they name
THEIRS = {"InputType", "OutputType", "model_config"}  # of LangChain and pydantic, of no use to a caller


@dataclass(frozen=True, kw_only=True)
class Field:
    """An attribute or property; `about` is its comment or docstring."""

    name: str
    type: str
    default: str | None
    about: str


@dataclass(frozen=True, kw_only=True)
class Method:
    """A method: its name after that of its class, its signature, its docstring."""

    name: str
    signature: str
    about: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A public name of a package: where it is imported from, its signature, docstring, attributes, methods."""

    package: str
    name: str
    signature: str
    about: str
    fields: tuple[Field, ...] = ()
    methods: tuple[Method, ...] = ()


def read_public(packages: Sequence[str] = PACKAGES) -> list[Entry]:
    """Return the names that the packages export, in the order of their `__all__`."""
    import griffe

    loader = griffe.GriffeLoader(search_paths=[str(ROOT)])
    modules = [loader.load(name) for name in packages]
    loader.resolve_aliases()
    reader = _Reader(loader.modules_collection)
    return [
        reader.entry(module.name, str(name), module.members[str(name)])
        for module in modules
        for name in module.exports or ()
    ]


class _Reader:
    """Turns what griffe found into entries; the names of types give way to what they stand for."""

    def __init__(self, modules: Found) -> None:
        self.modules = modules

    def entry(self, package: str, name: str, found: Found) -> Entry:
        """Return one exported function or class."""
        about = _about(found)
        if found.is_function:
            return Entry(package=package, name=name, signature=self.signature(name, found), about=about)
        members = {**found.members, **found.inherited_members}
        shown = {key: item for key, item in members.items() if not key.startswith("_") and key not in THEIRS}
        made = found.members.get("__init__")
        return Entry(
            package=package,
            name=name,
            signature=self._class_line(name, found),
            about=about,
            fields=tuple(self._field(key, item, made) for key, item in shown.items() if item.is_attribute),
            methods=tuple(self._method(name, key, item) for key, item in shown.items() if item.is_function),
        )

    def _class_line(self, name: str, found: Found) -> str:
        made = found.members.get("__init__")
        if made is None or "dataclass" in found.labels:
            bases = [
                base for base in map(str, found.bases) if re.match(r"\w*(Error_?|Exception)$|list\[", base)
            ]
            return f"class {name}({', '.join(bases)})" if bases else f"class {name}"
        return "class " + self.signature(name, made).removesuffix(" -> None")

    def _method(self, owner: str, name: str, found: Found) -> Method:
        whole = f"{owner}.{name}"
        shown = whole if "classmethod" in found.labels else name
        return Method(name=whole, signature=self.signature(shown, found), about=_about(found))

    def _field(self, name: str, found: Found, made: Found) -> Field:
        kind, default = found.annotation, found.value
        if "class-attribute" not in found.labels:  # a property, or set when the object is made
            default = None
            if kind is None and made is not None and name in made.parameters:
                kind = made.parameters[name].annotation
        elif kind is None:
            kind = type(ast.literal_eval(str(default))).__name__
        empty = {"field(default_factory=list)": "[]", "field(default_factory=dict)": "{}"}
        return Field(
            name=name,
            type=self._spelt(str(kind), found.module),
            default=None if default is None else empty.get(str(default), str(default)),
            about=_about(found) or _comment(found.lines),
        )

    def signature(self, name: str, found: Found) -> str:
        """Return the signature with what it returns; one parameter a line where it is long."""
        whole = self._spelt(str(found.signature(name=name, return_type=False)), found.module)
        returns = f" -> {self._spelt(str(found.returns), found.module)}" if found.returns else ""
        if len(whole + returns) <= WIDTH:
            return whole + returns
        start = whole.index("(") + 1
        lines = "".join(f"    {part.strip()},\n" for part in _parts(whole[start : whole.rindex(")")]))
        return f"{whole[:start]}\n{lines}){returns}"

    def _spelt(self, text: str, module: Found) -> str:
        """Take the quotation marks off types, and spell out those that are short for others where they stand."""
        text = re.sub(r"(?<=[:>\[|(,] )\"([^\"]+)\"|^\"([^\"]+)\"$", lambda match: match[1] or match[2], text)
        return self._in_full(text, module)

    def _in_full(self, text: str, module: Found) -> str:
        return re.sub(r"\b[A-Z][a-z]+[A-Za-z]*\b", lambda match: self._stands_for(match[0], module), text)

    def _stands_for(self, name: str, module: Found) -> str:
        """Return what a name means in a module: Literal["answered", ...] for Status; the name itself for a class."""
        from griffe import GriffeError

        try:
            found = self.modules[module.resolve(name)]
            found = found.final_target if found.is_alias else found
        except (GriffeError, KeyError):  # of another package, or no name
            return name
        value = str(found.value).replace("'", '"') if found.is_attribute else ""
        short = value.startswith("Literal[") or " | " in value
        return self._in_full(value, found.module) if short else name


def _comment(lines: Sequence[str]) -> str:
    """Return the comment that ends a statement."""
    source = "\n".join(line.strip() for line in lines) + "\n"
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return " ".join(token.string.lstrip("# ") for token in tokens if token.type == tokenize.COMMENT)


def _about(found: Found) -> str:
    return found.docstring.value.strip() if found.docstring else ""


def _parts(text: str) -> Iterator[str]:
    """Split at the commas that stand in no bracket."""
    depth = start = 0
    for at, letter in enumerate(text):
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and depth == 0:
            yield text[start:at]
            start = at + 1
    yield text[start:]
