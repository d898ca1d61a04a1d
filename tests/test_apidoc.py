"""The page of the API: made of docstrings that are all there, and made anew when they change."""

import re
from pathlib import Path

import pytest

from assistant.core.settings import Settings
from ui.docs.apidoc import GROUPS, _field, main, prose, render
from ui.docs.public import Entry, Field, Method, read_public

PAGE = Path(__file__).resolve().parent.parent / "docs" / "api.md"
ENTRIES = read_public()
METHODS = [method for entry in ENTRIES for method in entry.methods]
MODULE = '''
"""Words."""

from dataclasses import dataclass, field
from typing import Literal

Colour = Literal["red", "green"]
__all__ = ["Thing", "make"]


@dataclass(frozen=True)
class Thing:
    """A thing of a `size`."""

    size: int
    colour: "Colour | None" = None  # as seen | in the sun
    parts: list[str] = field(default_factory=list)

    @property
    def weight(self) -> float:
        """What it weighs, in kg."""
        return 1.0

    @classmethod
    def of(cls, words: "list[Thing]") -> "Thing":
        """Make one <of> others."""
        return words[0]

    def _hidden(self) -> None: ...


def make(first_of_the_arguments: dict[str, int], *others: str, second_of_the_arguments: Colour = "red") -> Thing:
    return Thing(1)
'''


def test_a_package_is_read_without_being_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "__init__.py").write_text(MODULE + "\nraise SystemExit\n", encoding="utf-8")
    monkeypatch.setattr("ui.docs.public.ROOT", tmp_path)
    thing, made = read_public(["made"])
    colour = 'Literal["red", "green"]'
    assert thing == Entry(
        package="made",
        name="Thing",
        signature="class Thing",
        about="A thing of a `size`.",
        fields=(
            Field(name="size", type="int", default=None, about=""),
            Field(
                name="colour",
                type=f"{colour} | None",
                default="None",
                about="as seen | in the sun",
            ),
            Field(name="parts", type="list[str]", default="[]", about=""),
            Field(name="weight", type="float", default=None, about="What it weighs, in kg."),
        ),
        methods=(
            Method(
                name="Thing.of",
                signature="Thing.of(words: list[Thing]) -> Thing",
                about="Make one <of> others.",
            ),
        ),
    )
    assert made.about == ""
    assert made.signature.split("\n") == [
        "make(",
        "    first_of_the_arguments: dict[str, int],",
        "    *others: str,",
        f"    second_of_the_arguments: {colour} = 'red',",
        ") -> Thing",
    ]


def test_a_class_is_not_spelt_out_where_another_module_has_its_name_for_a_short_form(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "made").mkdir()
    exported = MODULE.replace('["Thing", "make"]', '["make", "mix"]') + "\nfrom made.paint import mix\n"
    (tmp_path / "made" / "__init__.py").write_text(exported, encoding="utf-8")
    (tmp_path / "made" / "paint.py").write_text(
        "class Colour:\n    pass\n\n\ndef mix(old: Colour) -> Colour | None:\n    return old\n",
        encoding="utf-8",
    )
    monkeypatch.setattr("ui.docs.public.ROOT", tmp_path)
    make, mix = read_public(["made"])
    assert mix.signature == "mix(old: Colour) -> Colour | None"
    assert '    second_of_the_arguments: Literal["red", "green"] = \'red\',' in make.signature


def test_a_name_without_a_place_on_the_page_is_an_error() -> None:
    extra = Entry(package="assistant", name="Newcomer", signature="class Newcomer", about="A thing.")
    with pytest.raises(ValueError, match="not both exported and in a group of ui/docs/apidoc.py: Newcomer$"):
        render([*ENTRIES, extra])
    with pytest.raises(ValueError, match="in a group of ui/docs/apidoc.py: Chat$"):
        render([entry for entry in ENTRIES if entry.name != "Chat"])


def test_words_of_a_docstring_are_words_on_the_page() -> None:
    assert prose("a <b> *c* [d] of `x[0] <*>`.") == r"a \<b> \*c\* \[d\] of `x[0] <*>`."


def test_what_an_attribute_is_begins_with_a_capital_unless_with_code() -> None:
    def shown(about: str) -> str:
        return _field(Field(name="a", type="str", default=None, about=about))[2]

    assert shown("of its document") == "Of its document."
    assert shown("doc_id:start-end") == "doc_id:start-end."
    assert shown("text[0:2], cut") == r"text\[0:2\], cut."
    assert shown("words.") == "Words."
    assert shown("") == "See above."


def test_the_page_is_that_of_the_docstrings(tmp_path: Path) -> None:
    assert main([str(tmp_path / "api.md")]) == 0
    assert (tmp_path / "api.md").read_text(encoding="utf-8") == PAGE.read_text(encoding="utf-8"), (
        "docs/api.md is stale: run `python -m ui.docs.apidoc docs/api.md`"
    )


def test_the_page_has_every_public_name_and_no_place_of_this_machine() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for entry in ENTRIES:
        assert f"### {entry.name}\n" in text or f"| `{entry.name}` |" in text
    grouped = [name for group in GROUPS for name in group.names]
    assert len(grouped) == len(set(grouped))
    assert re.findall(r" at 0x|/home/|/root/|/tmp/|[A-Z]:\\", text) == []


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: f"{entry.package}.{entry.name}")
def test_every_public_name_says_what_it_is(entry: Entry) -> None:
    assert entry.about, f"{entry.name} has no docstring"
    assert problem_of(entry.about) is None


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_every_public_method_says_what_it_does(method: Method) -> None:
    assert method.about, f"{method.name} has no docstring"
    assert problem_of(method.about) is None


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: f"{entry.package}.{entry.name}")
def test_every_public_attribute_is_explained(entry: Entry) -> None:
    """By a comment on its line, by its own docstring, or in backticks in the docstring of its class."""
    settings = entry.name == "Settings"  # its fields carry a description, which `bpo-kpo config` prints
    bare = [field.name for field in entry.fields if not (field.about or f"`{field.name}`" in entry.about)]
    assert [name for name in bare if not settings or name not in Settings.model_fields] == []


def problem_of(about: str) -> str | None:
    """Return what our rules miss in a docstring: one line first, a full stop, then an empty line."""
    first, _, rest = about.partition("\n")
    if not first.endswith((".", '."')):
        return f"the first line does not end: {first!r}"
    return None if not rest or rest.startswith("\n") else f"no empty line after {first!r}"


def test_rules_of_docstrings() -> None:
    assert problem_of("Do it.") is problem_of("Do it.\n\nMore of\nit.") is None
    assert problem_of("Do it") == "the first line does not end: 'Do it'"
    assert problem_of("Do it.\nMore.") == "no empty line after 'Do it.'"
