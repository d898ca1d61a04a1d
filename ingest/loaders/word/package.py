"""Open the parts of a Word file, within bounds; Strict files are named as the others are."""

import io
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from assistant.core.errors import LoadError

if TYPE_CHECKING:
    from lxml.etree import _Element as Element  # type: ignore[import-untyped]

MAX_PART = 100 * 1000 * 1000  # bytes of one part, unpacked
MAX_ELEMENTS = 1_500_000  # of the document's text; a book of a thousand pages has half a million
MAX_BLOCK = 1_000_000  # of one paragraph or table
_OLE = b"\xd0\xcf\x11\xe0"  # what an encrypted .docx and the old .doc start with


class Package:
    """The parts of a Word file by name. Raises LoadError for what is no Word file."""

    def __init__(self, data: bytes) -> None:
        if data.startswith(_OLE):
            raise LoadError("is protected by a password or an old .doc file; save it as plain .docx")
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError):
            raise LoadError("is not a Word document or is broken; save it again as .docx") from None
        self._names = {name.lower(): name for name in self._archive.namelist()}
        self.main = self._main()

    def _main(self) -> str:
        """Find the part that holds the text."""
        relations = self.relations("")
        for kind, target in relations.values():
            if kind == "officeDocument" and target.lower() in self._names:
                return target
        if "word/document.xml" in self._names:
            return "word/document.xml"
        raise LoadError("is broken or no Word document (it holds no text part); save it again as .docx")

    def data(self, name: str) -> bytes | None:
        """Return the bytes of a part, None where there is none. Raises LoadError for one that is too large or broken."""
        known = self._names.get(name.lower())
        if known is None:
            return None
        try:
            with self._archive.open(known) as part:
                data = part.read(MAX_PART + 1)
        except Exception as error:  # each packing method has errors of its own
            raise LoadError(
                f"is broken ({name} cannot be unpacked: {error}); save it again as .docx"
            ) from None
        if len(data) > MAX_PART:
            raise LoadError(f"unpacks to more than {MAX_PART // 10**6} MB of text; split it up")
        return data

    def xml(self, name: str) -> "Element | None":
        """Return a small part as a tree; None where it is missing or no XML, as the text can be read without it."""
        from lxml import etree  # type: ignore[import-untyped]

        data = self.data(name)
        if data is None or data.count(b"<") > MAX_BLOCK:
            return None
        parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
        try:
            return etree.fromstring(data, parser)
        except etree.XMLSyntaxError:
            return None

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Return what a part points at inside the file: id -> (kind, name of the part)."""
        folder, _, name = part.rpartition("/")
        tree = self.xml(f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels")
        found = {}
        for item in tree if tree is not None else ():
            target = str(item.get("Target") or "")
            if item.get("TargetMode") == "External" or not target:
                continue
            place = target.lstrip("/") if target.startswith("/") or not folder else f"{folder}/{target}"
            found[str(item.get("Id"))] = (str(item.get("Type") or "").rpartition("/")[2], place)
        return found

    def blocks(self) -> Iterator["Element"]:
        """Yield the paragraphs, tables and holders of the body, each freed when the next is asked for.

        Raises LoadError for XML that breaks off and for a text beyond all measure.
        """
        from lxml import etree

        data = self.data(self.main) or b""
        if data.count(b"<") - data.count(b"</") > MAX_ELEMENTS:
            raise LoadError(f"holds more than {MAX_ELEMENTS} pieces of text; split it up")
        depth = 0
        inside: Any = None
        events = etree.iterparse(
            io.BytesIO(data), events=("start", "end"), resolve_entities=False, no_network=True
        )
        try:
            for event, element in events:
                if event == "start":
                    depth += 1
                    if depth == 2 and local(element) == "body":
                        inside = element
                    continue
                depth -= 1
                if depth == 2 and inside is not None:
                    yield element
                    element.clear()
                    del inside[: len(inside)]
                elif depth == 1:
                    inside = None
        except etree.XMLSyntaxError as error:
            raise LoadError(
                f"is broken ({' '.join(str(error).split())[:100]}); save it again as .docx"
            ) from None


def local(element: "Element") -> str:
    """Return the name of an element without its namespace, which Strict files have another of."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def child(element: "Element | None", *path: str) -> "Element | None":
    """Return the first element along a path of names below an element, or None."""
    for name in path:
        if element is None:
            return None
        element = next((item for item in element if local(item) == name), None)
    return element


def value(element: "Element | None", name: str = "val") -> str | None:
    """Return an attribute of an element by its name without namespace."""
    if element is None:
        return None
    return next((str(v) for key, v in element.attrib.items() if str(key).rpartition("}")[2] == name), None)


def is_on(element: "Element | None") -> bool:
    """Tell whether a switch like <w:vanish/> is there and not set to off."""
    return element is not None and value(element) not in ("0", "false", "off", "none")
