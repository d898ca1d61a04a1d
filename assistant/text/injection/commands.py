"""Tell a sentence that gives orders to a language model from one that informs a reader."""

import re

from assistant.text.injection.orders import orders_a_machine
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
    return bool(_MARKUP.match(text) or _COMMAND.search(said) or orders_a_machine(said))


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
