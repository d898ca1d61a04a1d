"""Read in which form an answer is wanted, and the question without the words that say so."""

import re
from dataclasses import dataclass, replace

from assistant.question.wish import Shape, read_wish

NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
MOST = 20  # items or sentences that are given at once

_COUNT = rf"(?P<count>\d{{1,2}}|an?|{'|'.join(NUMBERS)}|a (?:few|couple of)|some|several)"
_SHORT = r"(?:(?:very |really )?(?:short|brief|quick|concise|simple|single|small|numbered|bulleted?|clear) )*"
_THING = r"(?P<thing>bullet(?: ?point)?s?|points?|items?|sentences?|paragraphs?|tables?|lists?|steps?)"
_IN = re.compile(
    rf"(?:^|[,;:.?]?\s*\b)(?:(?:please )?(?:answer|reply|respond|explain|write)(?: it| this| me)?\s+)?(?:(?:in|as|using|with)\s+(?:just |only |at most |about |max(?:imum)? )?(?:{_COUNT}\s+)?{_SHORT}{_THING}"
    r"(?: form(?:at)?)?|(?P<brief>briefly|in short|in brief|in a nutshell|tl;?dr))(?=\s*[,:]|[?.! ]*$)[,:]?",
    re.I,
)
_SIMPLE = re.compile(
    r"[,;]?\s*\b(?:like|as if|as though) (?:i am|i['’]m|im|i were) (?:(?:a |an )?(?:complete |total |absolute )?(?:beginner|newbie|novice|child|dummy|five|5|new)(?: (?:to|at|in) (?:this|it|the (?:topic|subject|field)))?)\b"
    r"|[,;]?\s*\b(?:in|with|using) (?:very )?(?:simple|plain|easy|everyday|layman['’]?s?) (?:terms?|words?|language|english)\b"
    r"|[,;]?\s*\b(?:to|for) (?:an? (?:complete |total |absolute )?(?:beginner|newbie|novice|newcomer|child|layman|layperson|dummy)|beginners|dummies|someone (?:who is )?new(?: to (?:this|it))?)\b",
    re.I,
)
_TELLS = re.compile(r"\b(?:explain|describe|define)\b", re.I)
_TO_WHOM = re.compile(
    r"\s+(?:to|for) (?:(?:an?|my|our) (?:(?:little|young|old|new|fellow) )?(?:(?:\d+|five|six|seven|eight|nine|ten|eleven|twelve)[- ]years?[- ]old|kid|intern|trainee|"
    r"teenager|grand(?:ma|pa|mother|father)|mum|mom|mother|dad|father|parents|brother|sister|friend|neighbou?r|colleagues?)|kids|children)(?=[?.! ]*$)",
    re.I,
)
_POLITE = re.compile(
    r"^(?:(?:ok(?:ay)?|alright|all right|thanks|thank you|great|cool|hm+|oh|i see)(?:[,.!]+ *| (?=and |but |so |then |what|how|why|who|when|where|which |is |are |do |does |can ))(?=\w))+"
    r"|^(?:(?:hi|hello|hey)(?: there)?[,!.]?\s+)?(?:(?:can|could|would|will) you (?:please )?(?=\w)|please[, ]+|pls[, ]+|i (?:want|need|would like|['’]d like) (?:you )?to (?:know|understand|learn)?\s*|do you know )"
    r"|[,\s]+(?:please|pls|plz|thanks|thank you)(?=[?.! ]*$)",
    re.I,
)
_PASTE = re.compile(
    r"[,;]?\s*\b(?:that |which )?i (?:can|could|may) (?:paste|use|put|copy|include|drop|send)\b[^?.!]*?(?=\s(?:about|on|explaining|describing|comparing)\b|[?.!]|$)|[,;]?\s*\bfor (?:my|a|the) (?:report|slide|slides|presentation|boss|manager|e-?mail|deck)\b",
    re.I,
)
_NEW = re.compile(
    r"^(?:i am|i['’]m|im) (?:\w+ ){0,2}?(?:new to|a beginner|no expert|not an expert)\b[^:.;,?]{0,40}[:.;,]\s*(?=\w)",
    re.I,
)
_MIDDLE = re.compile(
    r"^(?P<verb>explain|describe|tell (?:me|us)|say|answer|write|define|summari[sz]e)(?: (?:it|this|me))? "
    rf"(?:in|using|with) (?:just |only |at most )?(?:{_COUNT}\s+)?{_SHORT}{_THING}\s+(?P<rest>\w.+)$",
    re.I,
)
_SUMMARY = re.compile(r"^(?:summari[sz]e|sum up|outline|recap)\b|\b(?:summary|overview|outline) of\b", re.I)
_ASK_FOR = re.compile(
    rf"^(?:(?:give|write|show|tell|get|send|make|draft|prepare) (?:me |us )?)?(?:{_COUNT}\s+)?{_SHORT}"
    rf"(?:(?P<many>\d{{1,2}}|{'|'.join(NUMBERS)})[ -](?P<each>sentence|bullet|point|paragraph)s?\s+)?"
    r"(?P<thing>summary|overview|paragraph|description|explanation|introduction|outline|bullet(?: ?point)?s?|points|sentences?|table|list)"
    r" (?:of|on|about|for|explaining|describing|comparing|that explains?|with)\s+(?P<rest>.+)$",
    re.I,
)
_VERB = re.compile(
    rf"^(?P<verb>summari[sz]e|sum up|outline|recap|explain|describe|tell (?:me|us)(?: about)?|define|list|name|give(?: me| us)?|show (?:me|us))\s+"
    rf"(?:(?:me|us)\s+)?(?:{_COUNT}\s+(?=\w+\s))?(?P<rest>.+)$",
    re.I,
)
_ASKS = re.compile(
    r"^(?:what|how|why|when|who|whom|whose|which|where|does|do|did|is|are|was|were|can|could|should|will|whether|if)\b",
    re.I,
)
_COUNTED = re.compile(
    rf"^(?P<asks>(?:what|which) are (?:the )?)(?:main |top )?(?P<count>\d{{1,2}}|{'|'.join(NUMBERS)}) (?=\w)",
    re.I,
)
_NUMBER = re.compile(rf"\b(?:\d{{1,2}}|{'|'.join(NUMBERS)})\b", re.I)
_LISTED = re.compile(  # "10 buzzwords", not "30 day terms" or "24/7 support"
    rf"(?:{'|'.join([*NUMBERS, '12', '15', '20', *map(str, range(2, 11))])}) (?=[a-z]+s\b)(?!(?:hours|days|weeks|months|years)\b)",
    re.I,
)
_EXPLAINS = re.compile(r"\b(?:explain|define)\b", re.I)
_BOTH_SIDES = re.compile(
    r"\b(?P<one>advantages?|pros|benefits?|strengths|upsides?|merits|plus points) (?:and|&|or|vs\.?|versus|/) (?:the )?"
    r"(?P<other>disadvantages?|cons|drawbacks?|weaknesses|downsides?|risks|limits|limitations|minus points|challenges)\b",
    re.I,
)

_GOOD_AND_BAD = re.compile(
    r"\b(?:what(?:['’]?s| is| are) )?(?:the )?good(?: things?| points?| sides?)? (?:and|&|or) (?:what(?:['’]?s| is| are) )?(?:the )?bad"
    r"(?: things?| points?| sides?)? (?:about|of|in)\b",
    re.I,
)


@dataclass(frozen=True, kw_only=True)
class Form:
    """What an answer is to look like: its shape, how many items or sentences (None: as fits)."""

    shape: Shape = "plain"
    count: int | None = None
    summary: bool = False  # an overview of a topic is wanted

    @property
    def written(self) -> bool:
        """Whether only a writing model gives just that: quotations stand as their authors wrote them."""
        return self.shape in ("paragraph", "simple")


def read_form(question: str) -> tuple[str, Form]:
    """Return the question without the words that ask for a form, and the form; one without such words unchanged."""
    text, form = _GOOD_AND_BAD.sub("what are the advantages and disadvantages of", question.strip()), Form()
    for pattern in (_POLITE, _PASTE):
        text = pattern.sub("", text).strip() or text
    summary = asks_for_summary(text)
    if match := _NEW.match(text):
        text, form = text[match.end() :], Form(shape="simple")
    if match := _MIDDLE.match(text):
        text, form = f"{match['verb']} {match['rest']}", _form(match["thing"], match["count"])
    if match := _SIMPLE.search(text) or (_TELLS.search(text) and _TO_WHOM.search(text)):
        text, form = _without(text, match), Form(shape="simple")
    if match := _IN.search(text):
        text = _without(text, match)
        form = Form(shape="plain") if match["brief"] else _form(match["thing"], match["count"])
    if match := _ASK_FOR.match(text):
        thing, count = (match["each"], match["many"]) if match["each"] else (match["thing"], match["count"])
        form = form if form != Form() else _form(thing, count)
        text = match["rest"]
    elif match := _VERB.match(text):
        text, form = _asked(match, form)
    if match := _COUNTED.match(text):
        text = f"{match['asks']}{text[match.end() :]}"
        form = form if form != Form() else Form(shape="bullets", count=_number(match["count"]))
    if form == Form():
        text, form = _wished(text)
    if not re.search(r"\w{2}", text):
        return question, Form()
    form = replace(form, summary=summary)
    if text == question.strip():
        return question, form
    return _as_question(text), form


def asks_for_summary(text: str) -> bool:
    """Tell whether an overview of a topic is asked for."""
    return bool(_SUMMARY.search(text))


def both_sides(question: str) -> tuple[str, str] | None:
    """Return the two questions in "What are the pros and cons of X?", None for any other."""
    match = _BOTH_SIDES.search(question)
    if match is None:
        return None
    before, after = re.sub(r"^What is\b", "What are", question[: match.start()]), question[match.end() :]
    return f"{before}advantages{after}", f"{before}disadvantages{after}"


def _wished(text: str) -> tuple[str, Form]:
    """Read a wish that no pattern knows, by the model that was fitted on many."""
    read = read_wish(text)
    if not read.wish:
        return text, Form()
    shape, left = read.shape, read.question
    number = _NUMBER.search(read.wish) if shape in ("bullets", "sentences") else None
    if shape == "bullets" and number is None and (number := _LISTED.match(left)):
        left = left[number.end() :]
    form = Form(shape=shape, count=_number(number[0].strip()) if number else None)
    if form.count and shape == "bullets" and not _ASKS.match(left):
        return f"what are {left}", form
    if _EXPLAINS.search(read.wish) and len(left.split()) <= 5 and not _ASKS.match(left):
        return f"what is {left}", form
    return left, form


def _asked(match: re.Match[str], form: Form) -> tuple[str, Form]:
    verb, rest, count = match["verb"].lower(), match["rest"], _number(match["count"])
    if verb in ("list", "name") or (count is not None and verb.startswith(("give", "show"))):
        form = form if form != Form() else Form(shape="bullets", count=count)
        rest = (
            rest
            if _ASKS.match(rest)
            else f"what is an {rest}"
            if rest.startswith("example ")
            else f"what are {rest}"
        )
        return rest, form
    if verb in ("explain", "define") and len(rest.split()) <= 5 and not _ASKS.match(rest):
        return f"what is {rest}", form
    return rest, form


def _form(thing: str, count: str | None) -> Form:
    low = thing.lower()
    number = _number(count)
    if low.startswith(("bullet", "point", "item", "step", "list")):
        return Form(shape="bullets", count=None if low.startswith("list") else number)
    if low.startswith(("sentence", "line")):
        return Form(shape="sentences", count=number)
    if low.startswith("table"):
        return Form(shape="table")
    return Form(shape="plain") if low == "words" else Form(shape="paragraph")


def _number(word: str | None) -> int | None:
    if word is None:
        return None
    low = word.lower()
    if low in ("a", "an"):
        return 1
    value = int(low) if low.isdigit() else NUMBERS.index(low) + 1 if low in NUMBERS else None
    return min(value, MOST) if value else None


def _without(text: str, match: re.Match[str]) -> str:
    left = f"{text[: match.start()].rstrip(' ,;:')} {text[match.end() :].lstrip(' ,;:')}".strip()
    return left if re.search(r"\w{2}", left) else text


def _as_question(text: str) -> str:
    text = text.strip(" ,;:")
    bare = text.rstrip("?.! ")
    if re.match(r"(?:the|an?) ", bare, re.I):
        return f"What is {bare[:1].lower()}{bare[1:]}?"
    return (
        f"{bare[:1].upper()}{bare[1:]}?"
        if _ASKS.match(text) or text.endswith("?")
        else bare[:1].upper() + bare[1:]
    )
