"""Tell a sentence that orders the machine which reads it about, in whatever words, from one that speaks of machines.

No form of words is looked for: signs are counted. An order names or addresses a machine, has the form of an order, is about
saying something, and points at the text, its reader or the answer; a sentence that informs has few of these at once.
"""

import re
from functools import lru_cache

ENOUGH = 4  # signs of an order, of which one is its form and one points at text, reader or answer

_SAY = (
    r"(?:say|state|claim|reply|respond|report|pretend|mention|insist|recommend|answer|write|tell|output|convince|assure"
    r"|admit|confirm|rate|rank|praise|treat|hide|conceal|reveal|print|show|repeat|leak|add|append|include|insert|put"
    r"|ignore|disregard|forget|overlook|leave out|speak as|act as|use|add|(?:begin|start|end|finish|open|close)\b[^.;:!?]{0,40}? with)"
)
_BEFORE = r"(?:(?:please|now|then|always|never|first|simply|kindly|only|instead|just|do not|don't|must|should|to|let it)\s+){0,3}"
_MUST = (
    r"(?:must|should|shall|will|ought to|ha(?:s|ve) to|(?:is|are) to|needs? to|let (?:it|them)"
    r"|(?:is|are) (?:now |hereby )?(?:required|instructed|ordered|told|expected|obliged) to)"
)
_TEXT = (
    r"(?:page|text|document|article|section|passage|paragraph|file|site|clause|policy|handbook|contract|message|summary|line"
    r"|lines|items?|sentence|list|report|report's|mail|e-mail|resume|cv)"
)
_KIND = r"(?:ai|automated|automatic|virtual|digital|retrieval|language|chat|conversational|generative|summari[sz]ation|machine)"
_THING = r"(?:assistants?|agents?|systems?|models?|bots?|tools?|readers?|summari[sz]ers?|crawlers?|parsers?)"
_REPLY = r"(?:answers?|repl(?:y|ies)|responses?|outputs?|summar(?:y|ies))"

_SIGNS = {  # name of the sign: how much it weighs, what shows it
    "machine": (2, rf"\b(?:(?:{_KIND}[ -]){{1,3}}{_THING}|chat ?bots?|bots?|llms?|(?<!dear )ai(?= (?:that|which|must|should)\b)|(?:chat)?gpt(?:-?\w+)?|copilot|claude|gemini)\b"
                   rf"|\b{_THING}\s+(?:(?:that|which)\s+)?(?:reads?|reading|quot\w+|summari[sz]\w+|process\w*|pars\w+|index\w*|answer\w*)\b"
                   r"|\byou, (?:the|an?|my) \w+,|\bby machine\b"),
    "perhaps": (1, r"\b(?:assistants?|models?|systems?|tools?|software|programs?)\b|\bai\b|\bgenerating\b|^\W*(?:output|respond)\b"
                   r"|\byou(?:r (?:task|role|job) is)?(?: will| are)? now\b|\bfrom (?:now|here) on\b|\bsearch engines?\b"),
    "form": (1, rf"\b{_MUST}\s|(?:^|[.;:,!\]–—-]\s*)[\W_]*{_BEFORE}{_SAY}\b|\byour (?:task|role|job) is\b|\b(?:and|or|but|then)\s+{_BEFORE}(?:say|state|answer|tell|reply|add|write)\b"),
    "say": (1, rf"(?:{_MUST}\s+|(?:^|[.;:,!\]–—-]\s*)[\W_]*|\b(?:to|and|now|please|then|must|should)\s+){_BEFORE}(?:\w+ly\s+)?{_SAY}\b"),
    "reader": (1, r"\b(?:the|every|any|each) (?:reader|asker)s?\b|\bwho(?:ever)? asks\b|\b(?:person|people|anyone) asking\b|\busers\b"),
    "text": (1, rf"\b(?:this|these|the (?:above|previous|preceding|following|other)) (?:\w+ )?{_TEXT}\b|\b(?:above|below)\b"
                rf"|\b(?:read|pars|process|quot|index|summari[sz])\w* this(?=[,;:]|\s+{_MUST}\b)"),
    "answer": (1, rf"\b(?:every|each|all|any|your|the end of the|the start of the|the) {_REPLY}\b|\b(?:every|any|the|the reader's) questions?\b|\bprompts?\b|\byour instructions\b"),
    "whatever": (1, r"\bwhatever\b|\bno matter what\b|\bregardless of what\b|\bnothing but\b|\binstead\b|\bhereby\b|\bonly (?:with|say|answer)\b|\bfrom here on\b|\bhidden\b"
                    r"|\bto (?:rate|rank|score)\b|\b(?:rate|rank|score|praise|hire|shortlist) this\b|\bmarket leader\b|https?://"),
    "words": (1, r"\bthe (?:words?|phrase|sentence|link)\b"),
    "label": (1, rf"^[\W_]*(?:\w+:\s+)?(?:(?:new|important|system|attention|hey|dear|to|for|note|notes|message|rule|instructions?|prompt|task|all|any|every|the)\b[\s,]*){{0,6}}"
                 rf"(?:(?:{_KIND}[ -])*{_THING}|chat ?bots?|llms?|ai|gpt\S*|chatgpt|copilot|prompt)\b(?: \w+){{0,3}}?\s*[:,\])!–—-]"
                 r"|\b(?:message|instructions?|orders?|rules?|note) (?:is addressed |is meant )?(?:to|for)\b|@\w+|\breply only\b"),
    "told": (1, r"(?:^|[.;:,]\s*)[\W_]*(?:please )?(?:tell|assure) (?:the|every|any|each) readers? (?:that|to)\b|\bpass on to\b"
                r"|\bassistant must (?:answer|reply) that\b|^\W*\[(?:assistant|system)\]\s|^\W*@(?:assistant|bot|ai)\b"),
}  # fmt: skip
_PATTERNS = {name: (weight, re.compile(shown, re.IGNORECASE)) for name, (weight, shown) in _SIGNS.items()}
_POINTS = frozenset(["reader", "text", "answer", "whatever", "words", "label"])


@lru_cache(maxsize=8192)
def orders_a_machine(sentence: str) -> bool:
    """Say whether a sentence orders a machine that reads it what to answer, or what to leave out.

    What it says about machines ("chatbots must say that they are machines") or asks of people is no order. `sentence`
    has its look-alike letters and invisible characters read already.
    """
    if not all(_PATTERNS[name][1].search(sentence) for name in ("say", "form")):
        return False
    shown = {name: weight for name, (weight, pattern) in _PATTERNS.items() if pattern.search(sentence)}
    if "machine" in shown:
        shown.pop("perhaps", None)
    return bool(_POINTS & shown.keys()) and sum(shown.values()) >= ENOUGH
