"""Tell sentences that only make sense with their neighbours, and bring the neighbours along."""

import re
from collections.abc import Callable
from dataclasses import replace

from assistant.core.types import Document, Evidence
from assistant.text.sentences import sentence_spans
from assistant.text.terms import plain_words, stems

MAX_WORDS = 60  # of a sentence together with those it leans on
_SOURCE = (
    r"article|page|post|guide|report|document|paper|study|text|book|agreement|contract|lease|policy|handbook|manual|notice|"
    r"form|letter|memo|act|regulation|guideline|statute|charter|section|chapter|clause"
)
_ITS_OWN = r"(?!(?:this|that|these|those|it|them|which)\b)"  # a complement that is named, not pointed at
_OPENS = re.compile(
    rf"(?:and|but(?! for {_ITS_OWN})|so(?! (?:that|long as|far as)\b)|yet|then|thus|hence|therefore|"
    r"however(?! (?:much|many|long|far|often|big|small|large|little|few|hard|late|early)\b)|moreover|furthermore|"
    rf"also(?! (?:known|called)\b)|instead(?! of {_ITS_OWN})|otherwise(?! than\b)|nevertheless|nonetheless|meanwhile|"
    rf"similarly(?! to {_ITS_OWN})|likewise|accordingly|consequently|conversely|besides(?! {_ITS_OWN})|indeed|additionally|"
    rf"in (?:addition(?! to {_ITS_OWN})|contrast(?! (?:to|with) {_ITS_OWN})|turn|this(?! (?:{_SOURCE})\b)|that|these|both cases)|"
    rf"by contrast(?! (?:to|with) {_ITS_OWN})|as a result(?! of {_ITS_OWN})|as such|for (?:example|instance|this)|"
    r"on the (?:other hand|contrary)|(?:of|among|because of|despite|after|before) (?:this|that|these|those|them|it)|"
    rf"at the same time(?! as {_ITS_OWN})|(?-i:It|it)|its|they|their|he|she|his|her|these|those|such|others|another|"
    rf"this(?! (?:{_SOURCE})\b)|that|both(?!\s+(?:\S+\s+){{1,4}}and\b)|"
    r"(?:one|two|some|each|all|none|most|many|several) of (?:them|these|those|which)|the (?:former|latter|same|other|others)|"
    r"(?:in|at|on|by|since|during) (?:[\w’'-]+ ){1,4}?(?<=\w )(?-i:it|they|he|she)|(?:in|by|since|during) (?:\w+ )?\d{4}, (?:it|they|he|she|this|these))\b",
    re.I,
)
_FILLS = re.compile(  # "it" and "this" that point at what follows
    r"it (?:is|was|has been|may be|can be|seems|appears|takes)\b[^.,;]{0,60}\b(?:to|that|whether|how|why|who)\b|"
    r"(?:that|those) (?:who|which)\b|so (?:far|called)\b|so-called\b|both\b.{1,80}\band\b",
    re.I,
)
_POINTS = re.compile(
    rf"\bthe same (?:survey|source|year|period|author|firm|company|statistics|{_SOURCE})s?\b|\bthe latter\b|"
    r"\bthe former(?=[.,;]| (?:is|are|was|were|has|have|does|can|may|will)\b)|\b(?:all|of|in|for|to|with|by|from|between|on|at) (?:these|those)\b(?! (?:who|which|that)\b)(?: (?P<thing>\w+))?|\bthe following\b(?! (?:day|week|month|quarter|year|decade|morning|evening)s?\b)|\bas follows\b|"
    r"\b(?:mentioned|described|listed|named|given|shown|discussed|examples?|figures?|points?|tables?|lists?|rows?|cases?) "
    r"(?:above|below|here|earlier)\b",
    re.I,
)
_CONNECTS = re.compile(
    r"(?:and|but|so|yet|then|thus|hence|therefore|however|moreover|furthermore|also|instead|otherwise|nevertheless|"
    r"nonetheless|meanwhile|similarly|likewise|accordingly|consequently|conversely|besides|indeed|additionally|overall|"
    r"in (?:addition|contrast|turn|short|other words)|by contrast|as a result|for (?:example|instance)|at the same time|"
    r"on the (?:other hand|contrary))\b,?\s*",
    re.I,
)


def points_back(sentence: str) -> bool:
    """Tell whether a sentence names what it speaks of only by pointing back, connecting words left out: "It ..."."""
    return leans(_CONNECTS.sub("", sentence, count=1))


def leans(sentence: str) -> bool:
    """Tell whether a sentence points at one before or after it: "This ...", "However ...", "the same survey"."""
    text = sentence.lstrip("\"'“‘(– ")
    if _FILLS.match(text):
        return False
    if _OPENS.match(text):
        return True
    return any(
        not match["thing"] or not _named(match["thing"], text[: match.start()])
        for match in _POINTS.finditer(text)
    )


def _named(thing: str, before: str) -> bool:
    """Tell whether a sentence names a thing itself before it points at it: "its contacts ... to those contacts"."""
    return bool(stems(thing) & stems(before))


def whole(evidence: Evidence, document: Callable[[str], Document]) -> Evidence | None:
    """Return evidence that makes sense alone: as it is, or from up to two sentences earlier in its paragraph.

    None where the paragraph holds nothing it could lean on. The words stay those of the document.
    """
    if not leans(evidence.text):
        return evidence
    source = document(evidence.passage.doc_id)
    block = next((b for b in source.blocks if b.start <= evidence.start < b.end), None)
    if block is None:
        return None
    before = sentence_spans(source.text[block.start : evidence.start])
    for start, end in before[:-3:-1]:
        text = source.text[block.start + start : evidence.end]
        if len(plain_words(text)) > MAX_WORDS:
            return None
        if not leans(source.text[block.start + start : block.start + end]):
            return replace(evidence, start=block.start + start, text=text)
    return None
