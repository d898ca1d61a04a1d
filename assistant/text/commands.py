"""Tell a sentence that gives orders to a language model from one that informs a reader.

Known forms are matched. For orders in other words signs are counted: an order names or addresses a machine, has the form of an
order, is about saying something, and points at the text, its reader or the answer; a sentence that informs has few of these at once.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from assistant.text.legible import legible
from assistant.text.sentences import sentence_spans

_QUOTED = re.compile(
    r"“[^”]{0,400}”|‘[^’]{0,400}’|«[^»]{0,400}»|\"[^\"]{0,400}\"|(?<!\w)'[^']{0,400}'(?!\w)|`[^`]{0,400}`"
)
_MODEL = (
    r"(?:(?:an?|the|any|all|every|dear|my)\s+)?(?:(?:helpful|unrestricted|uncensored|large|generative|new)\s+){0,3}"
    r"(?:(?:(?:ai|chat|language) ){1,2}(?:models?|assistants?|systems?)|ai|artificial intelligence|llms?|chat ?bots?|gpt)\b"
)
_ORDERS = (
    r"(?:instructions?|prompts?|orders|commands?|directives?|directions|guidelines|guardrails?|rules"
    r"|system messages?|safety (?:filters?|policy|policies)|programming)"
)
_EARLIER = r"(?:(?:all|any|every|each|of|the|your|these|those|other|previous|prior|earlier|preceding|above|former|given|safety|system|original|initial|my|and)\s+){0,9}"
_MARKUP = re.compile(
    r"\W*<\s*\|?\s*(?:im_start|im_end|system|assistant|endoftext|eot_id|start_header_id)\b|\W*\[/?(?:INST|SYS)\]"
    r"|\W*(?:SYSTEM|ASSISTANT)(?: (?:PROMPT|MESSAGE|OVERRIDE|NOTE))?\s*:|\W*#+\s*(?:system|instructions?)\s*:"
    r"|\[\d{1,3}\]\s"
)
_START = r"(?:^|[.,;:–—-]\s+|\b(?:now|and|then|please|but|so),?\s+)(?:(?:now|please|you (?:must|should|will|are to)|always|first|simply|kindly|immediately)\s+){0,4}"
_PATTERNS = (
    rf"(?:ignore|disregard|forget|override|bypass|overlook|do not (?:follow|obey)|don't (?:follow|obey)|stop (?:following|obeying))"
    rf"\s+{_EARLIER}(?:{_ORDERS}\b|(?:above|previous|preceding)(?=\s*(?:[.,;:!?–—-]|$|and\b|text\b|messages?\b))"
    r"|everything (?:above|before|you (?:were|have been)|so far|that came)\b)",
    rf"(?:ignore|disregard|forget|overlook)\s+{_EARLIER}(?:evidence|passages?|sources?|context|articles?|questions?)\b.{{0,30}}?"
    r"\band (?:then )?(?:say|answer|reply|respond|write|tell|claim|output|state)\b",
    r"(?:reveal|print|show|repeat|output|give|display|write|return|leak|send|quote|tell|reply with|respond with|answer with)\s+"
    r"(?:\w+\s+){0,3}(?:system|hidden) prompt\b",
    r"(?:reveal|print|repeat|output|leak)\s+(?:\w+\s+)?your (?:prompt|instructions)\b(?!\s+(?:to|for|in)\b)",
    rf"you are (?:now |henceforth |no longer |actually )?{_MODEL}",
    r"(?:from now on|from this point on|henceforth),?\s+(?:you|answer|reply|respond|act|pretend|say|always)\b",
    r"(?:pretend|imagine|act as (?:if|though)) (?:that )?you (?:are|were|have)\b.{0,60}\b(?:ai|model|instructions|restrictions|rules)\b",
    rf"(?:attention|note (?:to|for)|message (?:to|for)|instructions? (?:to|for)|dear|hey)\s+{_MODEL}\s*[:,!–—-]",
    rf"if you are {_MODEL}",
    rf"as {_MODEL},?\s+(?:you|i)\b",
    r"new (?:system )?(?:instructions?|prompt)\s*:",
)
_COMMAND = re.compile(rf"{_START}(?:{'|'.join(_PATTERNS)})", re.IGNORECASE)
_HIDDEN = re.compile(
    r"<(\w+)\b[^<>]{0,200}\b(?:hidden|display\s*:\s*none|visibility\s*:\s*hidden)[^<>]{0,200}>.*?</\1\s*>|<!--.*?-->",
    re.I | re.S,
)
_TAG = re.compile(r"</?[a-z][^<>]{0,300}>", re.I)
_SPEAKER = re.compile(
    r"(?:^|(?<=[.!?]\s)|#{1,6}\s*|<\|\s*|\[)(SYSTEM|ASSISTANT|USER|HUMAN|(?<=#\s)(?i:system|assistant|user|human))\b"
    r"(?: (?:PROMPT|MESSAGE))?(?:\s*\|>|\])?\s*:\s*"
)


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
_SHOWN = {name: (weight, re.compile(shown, re.IGNORECASE)) for name, (weight, shown) in _SIGNS.items()}
_POINTING = frozenset(["reader", "text", "answer", "whatever", "words", "label"])


def _asks(speaker: str) -> bool:
    return speaker.lower() in ("user", "human")


def is_command(sentence: str) -> bool:
    """Say whether a sentence speaks to the model that reads it ("Ignore the instructions above", "You are an AI").

    So do lines in the form of its prompt ("[1] ...", "SYSTEM: ...").
    What a sentence only reports, in quotation marks or of somebody ("attackers tell a model to ignore its
    instructions"), is no command.
    """
    text = " ".join(legible(sentence).replace("’s", "'s").split())
    said = _QUOTED.sub("…", text)
    return bool(_MARKUP.match(text) or _COMMAND.search(said) or _orders_a_machine(said))


@lru_cache(maxsize=8192)
def _orders_a_machine(sentence: str) -> bool:
    """Say whether a sentence orders a machine that reads it what to answer, or what to leave out.

    What it says about machines ("chatbots must say that they are machines") or asks of people is no order. `sentence`
    has its look-alike letters and invisible characters read already.
    """
    if not all(_SHOWN[name][1].search(sentence) for name in ("say", "form")):
        return False
    shown = {name: weight for name, (weight, pattern) in _SHOWN.items() if pattern.search(sentence)}
    if "machine" in shown:
        shown.pop("perhaps", None)
    return bool(_POINTING & shown.keys()) and sum(shown.values()) >= ENOUGH


def are_commands(sentences: Sequence[str]) -> list[bool]:
    """Tell of each sentence whether it is a command."""
    return [is_command(sentence) for sentence in sentences]


def without_commands(question: str) -> str:
    """Return a question without what in it gives orders to a model; whole where nothing else is left.

    Orders are sentences that speak to the model, what stands under the name of another speaker ("SYSTEM: ..."), and
    what a page would hide; of other tags only the words stay.
    """
    words = " ".join(_TAG.sub(" ", _HIDDEN.sub(" ", question)).split())
    turns = _SPEAKER.split(words)  # text, speaker, text, speaker, text ...
    said = [
        turns[0],
        *(text for speaker, text in zip(turns[1::2], turns[2::2], strict=True) if _asks(speaker)),
    ]
    asked = " ".join(part.strip() for part in said if re.search(r"\w", part))
    question = asked or question
    sentences = [question[start:end] for start, end in sentence_spans(question)]
    kept = [sentence for sentence in sentences if sentence.endswith("?") or not is_command(sentence)]
    left = " ".join(kept)
    return left if len(kept) < len(sentences) and re.search(r"\w", left) else question
