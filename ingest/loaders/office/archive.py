"""Open the zip files that office documents and books are, within bounds, and their XML without its traps."""

import io
import posixpath
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from assistant.core.errors import LoadError

if TYPE_CHECKING:
    from lxml.etree import _Element as Element  # type: ignore[import-untyped]

MAX_UNPACKED = 200 * 1024 * 1024  # bytes of all parts
MAX_PART = 64 * 1024 * 1024  # bytes of a part that is read whole
MAX_PARTS = 20_000
_OLE = b"\xd0\xcf\x11\xe0"  # what an encrypted file and those of old Office start with


class Archive:
    """The parts of a zip file by name. Raises LoadError for one that is broken, locked or too large."""

    def __init__(self, data: bytes, kind: str) -> None:
        if data.startswith(_OLE):
            raise LoadError(f"is protected by a password or of an old format; save it as a plain {kind} file")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except zipfile.BadZipFile:
            raise LoadError(f"is not a {kind} file or is broken; save it again") from None
        parts = self._zip.infolist()
        size = sum(part.file_size for part in parts)
        if size > MAX_UNPACKED or len(parts) > MAX_PARTS:
            raise LoadError(f"unpacks to {size} bytes in {len(parts)} parts, more than are read; split it up")
        self._sizes = {part.filename: part.file_size for part in parts}

    def __contains__(self, name: str) -> bool:
        return name in self._sizes

    def read(self, name: str) -> bytes:
        """Return the bytes of a part. Raises LoadError where it is missing, broken, locked or too large."""
        size = self._sizes.get(name)
        if size is None:
            raise LoadError(f"has no part {name!r}, so it is broken; save it again")
        if size > MAX_PART:
            raise LoadError(f"holds a part of {size} bytes, more than {MAX_PART}; split it up")
        try:
            return self._zip.read(name)  # at most the size that the head of the zip gives
        except RuntimeError:
            raise LoadError("is protected by a password; save it without one") from None
        except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError) as error:
            raise LoadError(f"is broken at its part {name!r} ({error}); save it again") from None

    def xml(self, name: str) -> "Element":
        """Return the root of an XML part. Raises LoadError as `read`, and for what is no XML."""
        return parse_xml(self.read(name), name)

    def related(self, name: str) -> dict[str, tuple[str, str]]:
        """Return what an Office part points to within the file: by id, the last word of its type and its name."""
        folder, base = posixpath.split(name)
        rels = f"{folder}/_rels/{base}.rels" if folder else f"_rels/{base}.rels"
        found = {}
        for rel in self.xml(rels) if rels in self else ():
            if local(rel) == "Relationship" and rel.get("TargetMode") != "External":
                target = resolved(folder, rel.get("Target") or "")
                found[rel.get("Id") or ""] = ((rel.get("Type") or "").rpartition("/")[2], target)
        return found


def parse_xml(data: bytes, name: str = "XML") -> "Element":
    """Parse XML; no entity is resolved, no address opened. Raises LoadError for what is no XML."""
    from lxml import etree  # type: ignore[import-untyped]

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise LoadError(f"is broken at its part {name!r} ({error.msg}); save it again") from None
    if root is None:
        raise LoadError(f"is broken: its part {name!r} is empty; save it again")
    return root


def resolved(folder: str, target: str) -> str:
    """Return the part that a link means: from the root where it begins with a slash, else from its folder."""
    target = unquote(target.partition("#")[0])
    joined = target[1:] if target.startswith("/") else posixpath.join(folder, target)
    return posixpath.normpath(joined).lstrip("/")


def local(element: Any) -> str:
    """Return an element's name without its namespace, which differs between editions of one format."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def get(element: Any, name: str) -> str | None:
    """Return an attribute by its name without namespace, None where there is none."""
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return str(value)
    return None


def link_of(element: Any) -> str:
    """Return the id of the relation that an element names; an `id` without namespace is a number of its own."""
    return next((str(value) for key, value in element.attrib.items() if key.endswith("}id")), "")


def children(element: Any, *names: str) -> Iterator[Any]:
    """Yield the children of the given names."""
    return iter(element.iterchildren(*(f"{{*}}{name}" for name in names)))


def child(element: Any, *path: str) -> Any:
    """Return the first descendant along a path of names, None where it ends."""
    for name in path:
        element = next(children(element, name), None) if element is not None else None
    return element


def within(element: Any, *names: str) -> Iterator[Any]:
    """Yield the descendants of the given names, in order."""
    return (item for item in element.iter() if local(item) in names)


def is_on(value: str | None) -> bool:
    """Read a yes-or-no attribute of Office; None is no."""
    return value is not None and value.strip().lower() not in ("0", "false", "off", "no", "none")


def whole(value: str | None, otherwise: int) -> int:
    """Read a whole number from 0 of at most nine digits; anything else is `otherwise`."""
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 10 else otherwise


def core_title(archive: Archive) -> str | None:
    """Return the title in an Office file's properties, None where there is none or a program wrote it."""
    if "docProps/core.xml" not in archive:
        return None
    title = next(
        (" ".join((item.text or "").split()) for item in within(archive.xml("docProps/core.xml"), "title")),
        "",
    )
    made = ("powerpoint presentation", "presentation", "untitled", "microsoft word", "microsoft excel")
    return title if title and not title.lower().startswith(made) else None
