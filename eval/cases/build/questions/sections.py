"""Ask what a heading asks, and for the items of a list that stands under one."""

import re
from collections.abc import Iterator

from assistant.text.terms import content_words
from eval.cases.build.draft import Draft
from eval.cases.build.statement import lowered
from eval.cases.build.texts import Sentence, Texts

MAX_ITEMS = 12
_ASKS = re.compile(
    r"^(?:what|why|how|who|when|where|which|is|are|was|were|do|does|did|can|should|has|have|will)\b", re.I
)
_DANGLES = re.compile(
    r"\b(?:it|its|this|that|these|those|they|them|their|he|she|his|her|we|our|i|my|me|you|your|here)\b", re.I
)
_LISTED = re.compile(
    r"^(?:(?:common|typical|main|key|usual|hidden|major) )?(?:\w+ )?(?P<noun>advantages|benefits|risks|challenges|types|kinds|models|services|examples|"
    r"features|characteristics|reasons|requirements|steps|stages|phases|causes|effects|symptoms|functions|methods|techniques|"
    r"costs|roles|skills|drawbacks|disadvantages|limits|limitations|differences|principles|rules|objectives|goals|tools|"
    r"criteria|factors|elements|components|clauses|measures|standards|metrics|consequences|differences)\b(?! and\b)(?: (?:of|in|for|between|to) .+)?$",
    re.I,
)
_COMMON = frozenset(re.findall(r"[a-z]+", _LISTED.pattern))
_NAMED = re.compile(r"^(?P<name>[^.:;–—-]{3,60}?)(?::| [–—-] )")


def sections(texts: Texts) -> Iterator[Draft]:
    """Yield a draft for each heading that is a question or names a list."""
    for doc_id, block in texts.headings:
        heading = " ".join(texts.documents[doc_id].text[block.start : block.end].split())
        path = block.section if block.section[-1:] == (heading,) else (*block.section, heading)
        below = [sentence for sentence in texts.of_document(doc_id) if sentence.section[: len(path)] == path]
        if heading.endswith("?"):
            yield from _asked(heading, below)
        else:
            yield from _listed(texts, heading, [item for item in below if item.section == path])


def _asked(heading: str, held: list[Sentence]) -> Iterator[Draft]:
    said = [sentence for sentence in held if len(sentence.text.split()) > 3]
    if not said or not _ASKS.match(heading) or _DANGLES.search(heading) or heading.count("?") > 1:
        return
    yield Draft(kind="heading", question=heading, sources=tuple(said), match="words")


def _listed(texts: Texts, heading: str, held: list[Sentence]) -> Iterator[Draft]:
    items = [sentence for sentence in held if sentence.kind == "item"]
    firsts = [item for n, item in enumerate(items) if n == 0 or _opens(texts, item)]
    if not _LISTED.match(heading) or not 2 <= len(firsts) <= MAX_ITEMS or len(content_words(heading)) < 2:
        return
    names = [match["name"] for item in firsts if (match := _NAMED.match(item.text))]
    yield Draft(
        kind="list",
        question=f"What are the {lowered(heading, texts.lower | _COMMON)}?",
        sources=tuple(firsts),
        about=heading,
        match="none",
        key_facts=tuple((name,) for name in names) if len(names) == len(firsts) else (),
        answers=tuple(names),
        every=True,
    )


def _opens(texts: Texts, item: Sentence) -> bool:
    blocks = texts.documents[item.doc_id].blocks
    return any(
        block.kind == "item" and block.start <= item.start < block.end and item.start - block.start < 8
        for block in blocks
    )
