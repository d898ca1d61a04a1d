"""Ask for the figures and years of plain statements."""

import re
from collections.abc import Iterator

from assistant.text.quantities.read import Quantity, quantities
from assistant.text.quantities.units import SMALL
from assistant.text.words import TOKEN
from eval.cases.build.draft import Draft
from eval.cases.build.grammar.clause import Clause, parse, plain
from eval.cases.build.grammar.wordlists import word_list
from eval.cases.build.texts import Sentence, Texts

_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_YEAR = r"(?:1\d|20)\d\d"
_DATE = re.compile(
    rf"(?:^| )(?P<prep>in|on|In|On) (?P<date>(?:(?:early|late|mid) )?(?:the (?:summer|spring|autumn|winter|fall) of )?"
    rf"(?:(?:\d{{1,2}} )?{_MONTH}(?: \d{{1,2}},?)? )?{_YEAR})(?![\w-]|, \d| (?:and|to|or|by the|survey|study|report|article) )"
)
_WORDS = "|".join(word for word, value in SMALL.items() if value > 1)
_SCALED = r"(?: (?:hundred|thousand|million|billion|trillion|crore|lakh))?"
_NUMBER = rf"(?:\d[\d,]*(?:\.\d+)?|(?:{_WORDS})\b){_SCALED}"
_RANGE = rf"{_NUMBER}(?:(?: to | and |-|–){_NUMBER})?"
_ROUGH = r"(?P<rough>(?:about|around|approximately|roughly|nearly|almost|over|under|some|up to|more than|less than|fewer than|at least|only|between|an estimated|as many as|just over|just under|exactly) )*"
_SHARE = re.compile(rf"^{_ROUGH}(?P<value>{_RANGE} ?(?:%|per ?cent\b))(?P<of> of (?P<whole>.+))?", re.I)
_MONEY = re.compile(
    rf"^{_ROUGH}(?P<value>(?:US|A|C)?[$€£₹] ?\d[\d,.]*(?:(?:-| to )[$€£₹]?\d[\d,.]*)?(?:bn|m|k)?{_SCALED})(?P<tail>.*)",
    re.I,
)
_COUNT = re.compile(
    rf"^{_ROUGH}(?P<value>{_RANGE}) (?P<noun>(?:[a-z][a-z-]+ ){{0,2}}[a-z][a-z-]+s|people|men|women|children)"
    r"(?=$| (?:in|of|for|to|at|by|with|from|on|across|per|a|each|that|who|during|between|within|as|can|may|must)\b)(?P<tail>.*)"
)
_HIGH = re.compile(
    rf"^{_ROUGH}(?P<value>{_NUMBER} (?P<unit>[a-z]+s)) (?P<how>high|long|wide|deep|tall|old|thick)(?P<tail>.*)"
)
_SPENDING = word_list("cost pay charge spend earn save raise receive invest lose gain reach total exceed")
_RATES = re.compile(
    r"\b(?:rates?|shares?|margins?|attrition|turnover|growth|unemployment|inflation|accuracy|literacy|churn|coverage|utili[sz]ation)\b",
    re.I,
)
_PRICES = re.compile(
    r"\b(?:costs?|prices?|fees?|revenues?|budgets?|salar(?:y|ies)|pay|wages?|turnover|endowment|market)\b",
    re.I,
)
_MONEY_PARTS = re.compile(r"^(?: (?:in|per|a|an|for|by|each|every)\b|$)")
_TIMED = re.compile(r"(?:in|at|for|during|on)\b|$")
_TROUBLE = re.compile(
    r"\b(?:one|other|another|others|more|further|additional|years ago|ago|later|earlier|times|items|of the)\b"
)
_VAGUE = re.compile(
    r"^(?:more|less|fewer|other|further|later|such|years|times|days|months|weeks|ways|things|points)\b"
)


def figures(texts: Texts, sentence: Sentence, clause: Clause | None) -> Iterator[Draft]:
    """Yield questions for a share, an amount or a number of things."""
    if clause is None or re.match(rf"{_ROUGH}{_NUMBER}", sentence.text, re.I):
        yield from _openings(texts, sentence)
        return
    if clause.lead.startswith("according"):
        return
    rest = clause.rest
    question, value = None, ""
    if match := _SHARE.match(rest):
        value = match["value"]
        tail = rest[match.end("value") :].strip()
        if match["whole"] and clause.verb and not _TROUBLE.search(match["whole"]):
            question = clause.asked(f"What share of {match['whole'].split(',')[0]}", rest="")
        elif (
            clause.said in ("is", "was", "are", "were")
            and _RATES.search(clause.subject)
            and _TIMED.match(tail)
        ):
            question = clause.asked("How high", rest=tail)
    elif match := _MONEY.match(rest):
        value = match["value"]
        priced = clause.verb in _SPENDING or (
            clause.said in ("is", "was", "are", "were") and _PRICES.search(clause.subject)
        )
        if priced and _MONEY_PARTS.match(match["tail"]):
            question = clause.asked("How much", rest=match["tail"])
    elif match := _HIGH.match(rest):
        value = match["value"]
        if clause.said in ("is", "was", "are", "were"):
            question = clause.asked(f"How many {match['unit']} {match['how']}", rest=match["tail"])
    elif (
        (match := _COUNT.match(rest))
        and clause.verb not in ("", "say", "become")
        and not _VAGUE.match(match["noun"])
    ):
        value = match["value"]
        question = clause.asked(f"How many {match['noun']}", rest=match["tail"])
    if question:
        yield from _valued("figure", question, sentence, value, clause)


def _openings(texts: Texts, sentence: Sentence) -> Iterator[Draft]:
    """Yield questions for statements that open with their figure: "Forty per cent of the staff left."."""
    text = plain(sentence.text)
    lead = ""
    if match := re.match(r"(In [\w ]{2,30}), (?=\S)", text):
        lead, text = f" {match[1][0].lower()}{match[1][1:]}", text[match.end() :]
        if not re.search(r"\d", lead):
            return
    if re.search(r"[:;\"“”|?!]", text) or re.search(r", (?!\d)", text):
        return
    if (match := _SHARE.match(text)) and match["whole"]:
        body, ask = match["whole"], "What share of"
    elif match := re.match(rf"^{_ROUGH}(?P<value>{_RANGE}) (?P<noun>[a-z].*)$", text, re.I):
        body, ask = match["noun"], "How many"
        if _VAGUE.match(body) or _TROUBLE.search(body) or re.match(r"(?:per ?cent|years?|%)", body):
            return
    else:
        return
    clause = parse(
        f"The {body}." if body[0].islower() and not body.startswith(("the ", "all ")) else f"{body}."
    )
    if clause is None or (
        ask == "How many" and not re.search(r"(?:s|people|men|women)$", clause.subject.split(" of ")[0])
    ):
        return
    yield from _valued("figure", f"{ask} {body}{lead}?", sentence, match["value"], None)


def dates(texts: Texts, sentence: Sentence, clause: Clause | None) -> Iterator[Draft]:
    """Yield questions for the time of something: "S opened in 1904." -> "When did S open?"."""
    if clause is None or len(re.findall(_YEAR, sentence.text)) != 1:
        return
    past = clause.form == "past" and clause.opening in ("did", "was", "were")
    if not past or re.search(r"\bthat\b", clause.rest) or "according" in clause.lead:
        return
    if match := _DATE.fullmatch(clause.lead):
        question = clause.asked("When").replace(f" {clause.lead}?", "?")
    elif match := _DATE.search(clause.rest):
        left = f"{clause.rest[: match.start()]}{clause.rest[match.end() :]}".strip(" ,")
        if re.match(r"(?:and|to|,|or)\b", clause.rest[match.end() :].strip()) or "," in left:
            return
        if not left and not clause.verb:
            return
        question = clause.asked("When", rest=left)
    else:
        return
    yield from _valued("year", question, sentence, match["date"], clause)


def _valued(
    kind: str, question: str, sentence: Sentence, value: str, clause: Clause | None
) -> Iterator[Draft]:
    """Yield the draft where the value reads as one quantity and the sentence holds it once."""
    found = [item for item in quantities(value) if item.kind not in ("month", "day")]
    if len(found) != 1 or value not in sentence.text:
        return
    rivals = [item for item in quantities(plain(sentence.text)) if item.kind == found[0].kind]
    if len(rivals) > 1 and kind == "year":
        return
    yield Draft(
        kind=kind,
        question=question,
        sources=(sentence,),
        about=question,
        match="value",
        answers=(value,),
        key_facts=(wordings(value, found[0]),),
        quantity=found[0],
        clause=clause,
    )


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


def holds(text: str, quantity: Quantity) -> bool:
    """Tell whether a text states a quantity: value and kind alike, whatever bound."""
    return any(
        (item.low, item.high) == (quantity.low, quantity.high) and item.kind == quantity.kind
        for item in quantities(text)
    )


def digits(text: str) -> int:
    """Return how many figures a text holds."""
    return sum(token[0].isdigit() for token in TOKEN.findall(text))
