"""Make training examples for grounding (does the text support the claim) out of public sets and real sentences.

Held out are half of the evidence of each set (by its hash), the e-mails of summedits, and listed articles.
"""

import difflib
import random
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.core.settings import BUNDLED_CORPUS
from assistant.text.sentences import sentence_spans
from eval.judges.mutate import MUTATIONS
from eval.train.reader.data import held_out, lines
from eval.train.reader.example import Span
from ingest.loaders.markdown import read_markdown

SPLIT = ("wice", "scifact", "fever_symmetric", "summedits", "defacto", "factcheck_gpt")
WHOLE = ("esnli", "cad_nli", "conjnli", "wice_tokens")
OUT_OF_DOMAIN = "summedits/sales_email"  # a kind of text seen only when measuring
SHARE = {"esnli": 0.3, "cad_nli": 0.6, "conjnli": 0.1}  # of sets that are large and say little
LABELS = {"supported": 0, "contradicted": 1, "unsupported": 2}
NOT_SUPPORTED = 3  # contradicted or unsupported: the set does not say which
BINARY = ("summedits", "wice", "wice_tokens", "defacto", "attributionbench")
PARAGRAPHS = 600  # of squad_articles, to break sentences of


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A claim, its evidence, a label (0 supported, 1 contradicted, 2 unsupported, 3 one of the last two).

    `wrong` are the characters of the claim without support: () where all of it is fine, None where unknown.
    """

    claim: str
    evidence: str
    label: int
    wrong: tuple[Span, ...] | None = None


def kept_out(name: str, evidence: str, source: str) -> bool:
    """Tell whether a row of a grounding set is for measuring only."""
    return source == OUT_OF_DOMAIN or (name in SPLIT and zlib.crc32(evidence.encode()) % 2 == 1)


def claims(data: Path, rng: random.Random) -> list[Claim]:
    """Return every training example for grounding."""
    found: list[Claim] = []
    for name in (*SPLIT, *WHOLE):
        own = [item for item in _from_set(data, name) if rng.random() < SHARE.get(name, 1.0)]
        found += own * 3 if name in ("fever_symmetric", "scifact", "wice") else own
    for lines_of in (*_articles(data, rng), *_corpus()):
        found += broken(lines_of, rng)
    return found


def _from_set(data: Path, name: str) -> Iterator[Claim]:
    rows = [row for row in lines(data / "grounding" / f"{name}.jsonl") if row["evidence"].strip()]
    rows = [row for row in rows if not kept_out(name, row["evidence"], row["source"])]
    originals = {row["evidence"]: row["claim"] for row in rows if row["id"].endswith("_og")}
    for row in rows:
        label = LABELS[row["label"]]
        label = NOT_SUPPORTED if label and name in BINARY else label
        wrong: tuple[Span, ...] | None = () if label == 0 else None
        if "claim_spans" in row:
            wrong = tuple((a, b) for a, b in row["claim_spans"])
        elif label and name == "summedits" and row["evidence"] in originals:
            wrong = changed(originals[row["evidence"]], row["claim"])
        yield Claim(claim=row["claim"], evidence=row["evidence"], label=label, wrong=wrong)


def changed(true: str, false: str) -> tuple[Span, ...]:
    """Return the characters of a false sentence where it differs from the true one, words kept whole."""
    old = re.findall(r"\w+|[^\w\s]", true)
    words = list(re.finditer(r"\w+|[^\w\s]", false))
    matcher = difflib.SequenceMatcher(None, old, [word.group() for word in words], autojunk=False)
    return tuple(
        (words[b0].start(), words[min(b1, len(words)) - 1].end())
        for kind, _, _, b0, b1 in matcher.get_opcodes()
        if kind in ("replace", "insert")
    )


def broken(sentences: list[str], rng: random.Random) -> list[Claim]:
    """Break sentences of one paragraph, and set some beside their neighbours only."""
    found: list[Claim] = []
    ways = [*MUTATIONS.items(), ("other name", other_name)]
    for at, text in enumerate(sentences):
        if not 5 <= len(text.split()) <= 45:
            continue
        around = " ".join(sentences[max(0, at - 1) : at + 3])
        others = " ".join(sentences[max(0, at - 2) : at] + sentences[at + 1 : at + 3])
        found.append(Claim(claim=_clause(text, rng), evidence=around, label=0, wrong=()))
        for name, way in rng.sample(ways, len(ways)):
            false = way(text, rng)
            if false and false != text:
                label = NOT_SUPPORTED if name == "caution or source dropped" else 1
                wrong = changed(text, false) or None
                found.append(Claim(claim=false, evidence=around, label=label, wrong=wrong))
                break
        if others and rng.random() < 0.4:
            found.append(Claim(claim=text, evidence=others, label=2))
    return found


def _clause(text: str, rng: random.Random) -> str:
    """Return one half of a sentence that is two statements side by side, or the sentence."""
    halves = re.split(r", (?:while|whereas|but|and) |; ", text)
    long = [half.rstrip(".") + "." for half in halves if len(half.split()) > 5]
    return rng.choice(long) if len(halves) == 2 and len(long) == 2 else text


def other_name(text: str, rng: random.Random) -> str | None:
    """Exchange two names of a sentence."""
    names = sorted({m.group() for m in re.finditer(r"(?<=[a-z,] )[A-Z][a-z]+(?: [A-Z][a-z]+)*\b", text)})
    if len(names) < 2:
        return None
    first, second = rng.sample(names, 2)
    swap = {first: second, second: first}
    return re.sub(rf"\b(?:{re.escape(first)}|{re.escape(second)})\b", lambda m: swap[m.group()], text)


def _articles(data: Path, rng: random.Random) -> Iterator[list[str]]:
    banned = {*held_out()["verify"]["squad_articles"], *held_out()["squad2"]}
    banned |= {name.replace("_", " ") for name in banned}
    rows = [
        row
        for row in lines(data / "retrieval" / "squad_articles" / "corpus.jsonl")
        if row["title"] not in banned and row["_id"].rsplit("-", 1)[0] not in banned
    ]
    for row in rng.sample(rows, min(PARAGRAPHS, len(rows))):
        yield [row["text"][a:b] for a, b in sentence_spans(row["text"])]


def _corpus() -> Iterator[list[str]]:
    banned = set(held_out()["verify"]["articles"])
    for path in sorted(BUNDLED_CORPUS.glob("*.md")):
        if path.name == "CORPUS.md" or path.stem in banned:
            continue
        document = read_markdown(path.read_bytes())
        for block in document.blocks:
            if block.kind != "heading":
                text = document.text[block.start : block.end]
                yield [text[a:b] for a, b in sentence_spans(text)]
