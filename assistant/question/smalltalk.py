"""Tell greetings, thanks and "what can you do?" from questions."""

import re

_END = r"[\s,.!?:)(🙂😊👍🙏]*"
_NAME = r"(?:there|all|everyone|everybody|again|team|friend|bot|assistant|you)"
_HELLO = (
    rf"(?:hello|hallo|hi+|hey+|hiya|howdy|greetings|good (?:morning|afternoon|evening|day)|yo|hola|welcome)(?: {_NAME})*"
    r"(?:[,.! ]+(?:how are you(?: doing)?(?: today)?|how(?:'s| is) it going|what['’]?s up|nice to meet you))?"
)
_THANKS = (
    r"(?:ok(?:ay)?|great|perfect|super|nice|cool|wonderful|awesome|good|got it|that(?:['’]?s| is| was) (?:great|all|it|helpful|very helpful|enough))?[,.! ]*"
    r"(?:(?:many |a lot of )?(?:thanks|thx|thank you|thank u|ty|cheers|much appreciated|appreciate it)"
    r"(?: (?:a lot|so much|very much|a million|again|for (?:your|the) help|for (?:that|this|the answer)|you))*)"
)
_BYE = r"(?:(?:good ?)?bye+(?: bye)?|see you(?: later)?|that(?:['’]s| is) all|nothing else|no more questions)"
_ABLE = (
    r"(?:help(?: me)?(?: please)?|(?:so )?(?:what|how) (?:can|could|do|does|will) (?:you|this (?:assistant|tool|app|chat ?bot)) (?:do|help)"
    r"(?: (?:me|us|for|with|here|out|this|today|me with))*|what are you(?: for| able to do| good at| good for)?|who are you|what is this"
    r"|how (?:do|can) i (?:use|start|begin)(?: (?:you|this|here|with (?:you|this)))?|how does this work|what can i ask(?: you)?(?: here| about)?)"
)
_ABLE = rf"{_ABLE}(?:(?:[,.?! ]+(?:and )?|\s*&\s*){_ABLE})*"
_KINDS = {
    kind: re.compile(
        rf"(?:{_HELLO}[,.! ]+)?{pattern}{_END}" if kind != "greeting" else f"{pattern}{_END}", re.I
    )
    for kind, pattern in {"greeting": _HELLO, "thanks": _THANKS, "goodbye": _BYE, "abilities": _ABLE}.items()
}
KINDS = tuple(_KINDS)
_THANKED = re.compile(r"(?:many |a lot of )?(?:thanks|thx|thank you|thank u|ty|cheers)\b[^?]*", re.I)
_ASKS = re.compile(
    r"\b(?:what|how|why|when|who|whom|whose|which|where|tell|explain|list|show|give|name|summari[sz]e|compare|define|describe|"
    r"(?:is|are|does|do|did|can|could|should|will) (?!the best\b)(?:an?|the|it|they|this|that|there|i|we|you)|but|now|next)\b",
    re.I,
)
MAX_THANKS = 10  # words


def small_talk(text: str) -> str | None:
    """Return "greeting", "thanks", "goodbye" or "abilities" where the whole text is that, None for a question."""
    words = " ".join(text.split())
    kind = next((kind for kind, pattern in _KINDS.items() if pattern.fullmatch(words)), None)
    thanks = _THANKED.fullmatch(words) and not _ASKS.search(words) and len(words.split()) <= MAX_THANKS
    return kind or ("thanks" if thanks else None)
