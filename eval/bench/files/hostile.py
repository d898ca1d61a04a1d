"""Read damaged and hostile files, and tell how each ended, in what time and memory.

    python -m eval.bench.files.hostile [--count 1000] [--seed 7] [--json]

Every file has to be read or refused in one line within SECONDS of the processor and MEMORY; the exit code is 1 where
one is not.
"""

import argparse
import io
import json
import multiprocessing
import random
import resource
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path

from eval.bench.files.sound import sound_files

SECONDS, MEMORY = 30, 1_000_000_000  # bytes
BUSY = 10  # times as long by the clock counts as hung, whoever shares the processor
ZIPPED = (".docx", ".pptx", ".xlsx", ".odt", ".epub")


def damaged(count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Yield files with bytes changed, cut, doubled, moved and mixed, the kinds in turn."""
    rng = random.Random(seed)
    sound = sound_files()
    for n in range(count):
        suffix = list(sound)[n % len(sound)]
        data = sound[suffix]
        if suffix in ZIPPED and rng.random() < 0.6:
            data = _repacked(data, rng)
        else:
            for _ in range(rng.choice((1, 1, 2, 5, 20))):
                data = rng.choice(_DAMAGES)(data, rng)
        yield f"damaged-{n:04d}{suffix}", data


def hostile() -> Iterator[tuple[str, bytes]]:
    """Yield files made to cost time and memory."""
    paragraph = "<w:p><w:r><w:t>Words stand here.</w:t></w:r></w:p>"
    span = '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="100000000"/></w:tcPr>' + paragraph
    yield "empty-paragraphs.docx", _word(paragraph + "<w:p/>" * 5_000_000)
    yield "paragraphs.docx", _word(paragraph * 300_000)
    yield "wide-cell.docx", _word(f"{span}</w:tc></w:tr><w:tr><w:tc>{paragraph}</w:tc></w:tr></w:tbl>")
    yield (
        "long-table.docx",
        _word("<w:tbl>" + f"<w:tr><w:tc>{paragraph}</w:tc></w:tr>" * 200_000 + "</w:tbl>"),
    )
    yield "deep-tables.docx", _word("<w:tbl><w:tr><w:tc>" * 60 + paragraph + "</w:tc></w:tr></w:tbl>" * 60)
    yield "deep.docx", _word("<w:sdt>" * 5000 + paragraph + "</w:sdt>" * 5000)
    yield "entities.docx", _word("<w:p><w:r><w:t>&a;</w:t></w:r></w:p>" + paragraph, doctype=_LAUGHS)
    words = "Words stand here.\n"
    for name, part in _REPEATED.items():
        yield f"{name}.md", (part * (200_000 // len(part)) + "\n\n" + words).encode()
        yield f"{name}.html", ("<p>" + part * (200_000 // len(part)) + f"</p><p>{words}</p>").encode()
        yield f"{name}.txt", (part * (200_000 // len(part)) + "\n\n" + words).encode()
    yield "controls.html", b"<p>One\x0cform feed, one \x1b escape and one \x07 bell stand here.</p>"
    yield "controls.txt", b"One\x0cform feed, one \x1b escape and one \x07 bell stand here."
    yield (
        "spans.html",
        b"<table><tr><td colspan=100000000 rowspan=100000000>a</td><td>b</td></tr></table><p>Words.</p>",
    )
    yield (
        "wide-table.html",
        b"<table>" + (b"<tr>" + b"<td>a</td>" * 5000 + b"</tr>") * 40 + b"</table><p>Words.</p>",
    )
    yield "nested-tables.html", b"<table><tr><td>" * 5000 + b"<p>Words stand here.</p>"
    yield "one-line.txt", b"word " * 1_000_000
    yield "no-space.txt", b"w" * 3_000_000
    yield "lines.txt", b"Word\n" * 300_000


def read_all(files: Iterator[tuple[str, bytes]], folder: Path) -> Iterator[tuple[str, str, float, int]]:
    """Yield for each file its name, how it ended ("read", "refused: ...", "died", "hung"), its seconds and peak bytes.

    The seconds are of the processor, since other work may share the machine. Peak memory is of the process that read it and all before it, which is begun anew after a bad end.
    """
    worker: _Worker | None = None
    for name, data in files:
        path = folder / name
        path.write_bytes(data)
        worker = worker or _Worker()
        end, spent, peak = worker.read(path)
        yield name, end if spent <= SECONDS else "hung", spent, peak
        path.unlink()
        if end in ("hung", "died") or peak > MEMORY:
            worker.stop()
            worker = None
    if worker:
        worker.stop()


class _Worker:
    """A process that reads files, and can be stopped while it does."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, other = context.Pipe()
        self._process = context.Process(target=_serve, args=(other,), daemon=True)
        self._process.start()
        other.close()
        self._pipe.recv()

    def read(self, path: Path) -> tuple[str, float, int]:
        self._pipe.send(str(path))
        if not self._pipe.poll(BUSY * SECONDS):
            return "hung", 0.0, 0
        try:
            end, spent, peak = self._pipe.recv()
        except EOFError:
            return "died", 0.0, 0
        return str(end), float(spent), int(peak)

    def stop(self) -> None:
        self._process.kill()
        self._process.join()


def _serve(pipe: Connection) -> None:
    from assistant.core.errors import LoadError
    from ingest.load import load_file
    from ingest.split import split

    pipe.send(None)
    while True:
        path = Path(pipe.recv())
        begun = time.process_time()
        try:
            split(load_file(path, path.parent))
            end = "read"
        except LoadError as error:
            text = str(error)
            end = f"refused: {text}" if "\n" not in text else f"lines: {text}"
        except BaseException as error:  # what must not happen is what is counted here
            end = f"raised {type(error).__name__}: {error}"
        unit = 1 if sys.platform == "darwin" else 1024
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
        pipe.send((end, time.process_time() - begun, peak))


def _cut(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(1, len(data) + 1)]


def _flip(data: bytes, rng: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(rng.choice((1, 3, 30))):
        out[rng.randrange(len(out))] = rng.randrange(256)
    return bytes(out)


def _double(data: bytes, rng: random.Random) -> bytes:
    a, b = sorted(rng.randrange(len(data) + 1) for _ in range(2))
    return data[:b] + data[a:b] * rng.choice((1, 2, 50)) + data[b:]


def _drop(data: bytes, rng: random.Random) -> bytes:
    a, b = sorted(rng.randrange(len(data) + 1) for _ in range(2))
    return data[:a] + data[b:] or b"x"


def _stuff(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[:at] + rng.choice(_TRAPS) * rng.choice((1, 100)) + data[at:]


def _repacked(data: bytes, rng: random.Random) -> bytes:
    """Damage what is inside a packed file, so that it unpacks."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        chosen = rng.choice(old.namelist())
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, rng.choice(_DAMAGES)(part, rng) if name == chosen and part else part)
    return out.getvalue()


def _word(body: str, doctype: str = "") -> bytes:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "word/document.xml",
            f'<?xml version="1.0"?>{doctype}<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>',
        )
    return out.getvalue()


_LAUGHS = '<!DOCTYPE x [<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)) + '<!ENTITY a "&a9;">]>'  # fmt: skip
_TRAPS = (b"<!--", b"<table>", b"<a <b", b"\x00", b"\x0c\x1b\x07", b"[[", b"|-|", b"\xff\xfe", b"&#x110000;", b"]]>", b"<![CDATA[", b"%PDF", b"endobj")  # fmt: skip
_REPEATED = {
    "comments": "<!--", "tags": "<a <b ", "brackets": "[", "images": "![[", "stars": "**a ", "quotes": "> ",
    "fences": "`a``", "divs": "<div>", "lists": "<ul><li>", "cdata": "<![CDATA[ ", "pipes": "|a", "hashes": "# a\n",
    "items": "- ", "links": "[a](<", "entities": "&amp", "underscores": "__a_ ", "tables": "<table><tr><td>",
    "questions": "Q: a? A: b. ", "numbers": "1. 1.1 ", "colons": "a:\n",
}  # fmt: skip
_DAMAGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (_cut, _flip, _double, _drop, _stuff)


def main(arguments: list[str] | None = None) -> int:
    """Read all files, print what went wrong and the figures; return 1 where anything did."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench.files.hostile", description=__doc__)
    parser.add_argument("--count", type=int, default=1000, help="damaged files (default: 1000)")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args(arguments)
    ends: Counter[str] = Counter()
    bad, slowest, most = [], ("", 0.0), ("", 0)
    with tempfile.TemporaryDirectory() as folder:
        files = (item for group in (damaged(options.count, options.seed), hostile()) for item in group)
        for name, end, seconds, peak in read_all(files, Path(folder)):
            ends[end.split(":")[0].split(" ")[0]] += 1
            slowest, most = (
                max(slowest, (name, seconds), key=lambda x: x[1]),
                max(most, (name, peak), key=lambda x: x[1]),
            )
            if end.startswith(("hung", "died", "raised", "lines")) or peak > MEMORY:
                bad.append({"file": name, "end": end[:200], "seconds": round(seconds, 1), "bytes": peak})
                print(bad[-1], file=sys.stderr, flush=True)
    figures = {"ends": dict(ends), "slowest": slowest, "most_bytes": most, "bad": bad}
    print(
        json.dumps(figures)
        if options.json
        else "\n".join(f"{key}: {value}" for key, value in figures.items())
    )
    return int(bool(bad))


if __name__ == "__main__":
    raise SystemExit(main())
