"""Ask for the figures, years, doers and reasons of plain statements, and for what something covers or needs."""

import re
from collections.abc import Iterator

from assistant.text.quantities.read import Quantity, quantities
from assistant.text.quantities.units import SMALL
from assistant.text.terms import content_words
from eval.cases.build.draft import Draft
from eval.cases.build.statement import BE, Clause, finite, parse, plain, word_list
from eval.cases.build.texts import Sentence, Texts

_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_YEAR = r"(?:1\d|20)\d\d"
_DATE = re.compile(
    rf"(?:^| )(?:in|on) (?P<date>(?:(?:\d{{1,2}} )?{_MONTH}(?: \d{{1,2}},?)? )?{_YEAR})"
    r"(?![\w-]|, \d| (?:and|to|or|by the|survey|study|report|article) )"
)
_WORDS = "|".join(word for word, value in SMALL.items() if value > 1)
_NUMBER = (
    rf"(?:\d[\d,]*(?:\.\d+)?|(?:{_WORDS})\b)(?: (?:hundred|thousand|million|billion|trillion|crore|lakh))?"
)
_RANGE = rf"{_NUMBER}(?:(?: to | and |-|–){_NUMBER})?"
_ROUGH = (
    r"(?:(?:about|around|approximately|roughly|nearly|almost|over|under|some|up to|more than|less than|fewer than|at least|"
    r"only|between|an estimated|exactly) )*"
)
_SHARE = re.compile(rf"{_ROUGH}(?P<value>{_RANGE} ?(?:%|per ?cent\b))(?: of (?P<whole>.+))?", re.I)
_MONEY = re.compile(rf"{_ROUGH}(?P<value>[$€£₹] ?{_NUMBER})(?=$| (?:in|per|an?|for|each|every)\b)", re.I)
_COUNT = re.compile(
    rf"{_ROUGH}(?P<value>{_RANGE}) (?P<noun>(?:[a-z][a-z-]+ ){{0,2}}[a-z][a-z-]+s|people|men|women|children)"
    r"(?=$| (?:in|of|for|to|at|by|with|from|on|across|per|an?|each|during|between|within)\b)"
)
_VAGUE = re.compile(
    r"(?:more|less|fewer|other|further|later|such|years|times|days|months|weeks|ways|things|points)\b"
)
_RATES = re.compile(
    r"\b(?:rates?|shares?|margins?|attrition|turnover|growth|unemployment|inflation|accuracy|literacy|coverage)\b",
    re.I,
)
_TITLE = r"[A-Z][\w.&'-]*(?: (?:(?:of|the|de|von|van) )?[A-Z][\w.&'-]*){0,4}"
_BY = re.compile(rf"(?P<done>\w+) by (?:the )?(?P<who>{_TITLE})(?P<tail>(?: (?:in|on|during|at|for) .+)?)$")
_THING = re.compile(r"\b(?:Act|Charter|Treaty|War|Law|Code|System|Article|Regulation|\d{4})\b")
_DOES = word_list(
    """
    announce argue build claim conclude conquer create criticise design destroy discover establish estimate found
    invade invent launch lead marry negotiate open paint plan praise predict propose prove publish report reveal say
    suggest teach translate warn win write
    """
)
CAUSE = re.compile(
    r"\b(?:because|since|due to|owing to|as a result|so that|therefore|thus|hence|reasons?|why|caused?|leads? to|led to|"
    r"in order to|thanks to)\b|, so\b",
    re.I,
)
_BECAUSE = re.compile(r"(?P<said>.+?),?(?: (?:partly|mainly|largely))? because (?:of )?(?P<why>.{8,})$")
_DENIED = re.compile(r"\b(?:that|say|says|said|not|never|no|only|just|whether|or|but|if|when|while)\b")
_ASKED = word_list("cover require involve suit handle prohibit permit prevent measure need")
_SOME = re.compile(r"(?:some|many|most|other|one|several|few|all|both)\b", re.I)


def figures(texts: Texts, sentence: Sentence, clause: Clause) -> Iterator[Draft]:
    """Yield questions for a share, an amount or a number of things."""
    rest, wh = clause.rest, ""
    if match := _SHARE.match(rest):
        tail = rest[match.end("value") :]
        if match["whole"] and clause.verb:
            wh, tail = f"What share of {match['whole'].split(',')[0]}", ""
        elif clause.said in BE and _RATES.search(clause.subject) and re.match(r" (?:in|at|for)\b|$", tail):
            wh = "How high"
    elif match := _MONEY.match(rest):
        wh, tail = "How much", rest[match.end() :]
    elif match := _COUNT.match(rest):
        wh, tail = f"How many {match['noun']}", rest[match.end() :]
        if clause.verb in ("", "say", "become", "have") or _VAGUE.match(match["noun"]):
            return
    if wh and match:
        asked = clause.asked(wh, rest=re.split(r", | and (?![A-Z\d])", tail)[0])
        yield from _valued("figure", asked, sentence, match["value"], clause)


def openings(texts: Texts, sentence: Sentence) -> Iterator[Draft]:
    """Yield questions for statements that open with their figure: "Forty per cent of the staff left."."""
    text = plain(sentence.text)
    share = _SHARE.match(text)
    match = share if share and share["whole"] else _COUNT.match(text)
    if not match or "," in text:
        return
    told = match["whole"] if match is share else f"{match['noun']}{text[match.end() :]}"
    clause = parse(f"{told}.")
    if clause and clause.whole and not _VAGUE.match(told):
        question = f"{'What share of' if match is share else 'How many'} {told}?"
        yield from _valued("figure", question, sentence, match["value"], None)


def dates(texts: Texts, sentence: Sentence, clause: Clause) -> Iterator[Draft]:
    """Yield questions for the time of something: "S opened in 1904." -> "When did S open?"."""
    past = clause.form == "past" and clause.aux in ("", "was", "were")
    if not past or not clause.whole or len(re.findall(_YEAR, sentence.text)) != 1:
        return
    if match := _DATE.fullmatch(clause.lead):
        question = clause.asked("When").replace(f" {clause.lead}?", "?")
    elif match := _DATE.search(clause.rest):
        left = f"{clause.rest[: match.start()]}{clause.rest[match.end() :]}".strip()
        if not left and not clause.verb:
            return
        question = clause.asked("When", rest=left)
    else:
        return
    yield from _valued("year", question, sentence, match["date"], clause)


def _valued(
    kind: str, question: str, sentence: Sentence, value: str, clause: Clause | None
) -> Iterator[Draft]:
    """Yield the draft where the value reads as one quantity."""
    found = [item for item in quantities(value) if item.kind not in ("month", "day")]
    if len(found) == 1 and value in sentence.text:
        yield Draft(
            kind=kind, question=question, sources=(sentence,), answers=(value,),
            key_facts=(wordings(value, found[0]),), quantity=found[0], clause=clause,
        )  # fmt: skip


def wordings(value: str, quantity: Quantity) -> tuple[str, ...]:
    """Return the ways to write a value that an answer may use."""
    found = [value]
    if quantity.kind == "year":
        found.append(str(int(quantity.low)))
    if quantity.kind == "percent":
        figure = re.sub(r"\s*(?:%|per ?cent)$", "", value, flags=re.I)
        found += [f"{figure}%", f"{figure} %", f"{figure} per cent", f"{figure} percent"]
    if quantity.kind == "count" and quantity.low == quantity.high and quantity.low.is_integer():
        found += [f"{int(quantity.low):,}", str(int(quantity.low))]
        found += [word for word, number in SMALL.items() if number == quantity.low]
    return tuple(dict.fromkeys(found))


def actors(texts: Texts, sentence: Sentence, clause: Clause) -> Iterator[Draft]:
    """Yield "Who founded ...?" where a name did it, and "Who was it built by?" where one is told at the end."""
    who = re.sub(r"^[Tt]he ", "", clause.subject)
    form = finite(clause.said)
    if clause.said in ("was", "were") and (match := _BY.match(clause.rest)) and finite(match["done"]):
        who, question = match["who"], clause.asked("Who", rest=f"{match['done']} by{match['tail']}")
    elif form and form[0] in _DOES and form[1] != "plural" and re.fullmatch(_TITLE, who):
        if not re.search(r"\d|[A-Z]|that(?: \S+){6}", clause.rest) or who.lower() in clause.rest.lower():
            return
        question = f"{' '.join(f'Who {clause.said} {clause.rest} {clause.lead}'.split())}?"
    else:
        return
    if not texts.is_name(who) or _THING.search(who):
        return
    last = who.split()[-1]
    names = tuple(dict.fromkeys((who, last) if len(last) > 3 and last.lower() not in texts.lower else (who,)))
    yield Draft(
        kind="who", question=question, sources=(sentence,), answers=(who,),
        key_facts=(names,), held=names, clause=clause,
    )  # fmt: skip


def reasons(texts: Texts, sentence: Sentence) -> Iterator[Draft]:
    """Yield "Why ...?" for a statement that gives its reason."""
    match = _BECAUSE.fullmatch(plain(sentence.text))
    if not match or _DENIED.search(match["said"]) or "because" in match["why"]:
        return
    clause = parse(f"{match['said']}.", texts.lower)
    if (
        clause
        and clause.simple
        and ", " not in clause.rest
        and len(f"{clause.verb} {clause.rest}".split()) > 1
    ):
        question = clause.asked("Why")
        yield Draft(
            kind="cause", question=question, sources=(sentence,), match="words", cue=CAUSE,
            answers=(match["why"],), clause=clause,
        )  # fmt: skip


def statements(texts: Texts, sentence: Sentence, clause: Clause) -> Iterator[Draft]:
    """Yield "What does S cover?" for a statement of what S covers, needs, permits and the like."""
    plainly = clause.verb in _ASKED and clause.form != "past" and not clause.lead
    if not plainly or _SOME.match(clause.subject) or len(content_words(clause.rest)) < 2:
        return
    if re.match(r"(?:to|from|on|in|by|as|for|with|of|at|that|how|less|more|itself|them)\b", clause.rest):
        return
    yield Draft(
        kind="statement", question=clause.asked("What", rest=""), sources=(sentence,),
        about=f"{clause.subject} {clause.verb}", match="words", answers=(clause.rest,), clause=clause,
    )  # fmt: skip
