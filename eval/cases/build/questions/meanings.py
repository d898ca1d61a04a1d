"""Ask what a term means and what an abbreviation stands for."""

import re
from collections.abc import Iterator

from assistant.text.anaphora import leans
from assistant.text.terms import content_words
from assistant.write.quote.topic.definition import defines
from eval.cases.build.draft import Draft
from eval.cases.build.statement import finite, lowered, plain, word_list
from eval.cases.build.texts import Sentence, Texts

MAX_TERM = 5  # words
SMALL = word_list("of and the for in on to de an a")  # passed over in the initials of a name
_MEANT = re.compile(
    r"^(?P<det>An? |The |the )?(?P<term>[^,;:()\"|]{2,60}?) (?P<verb>means|refers to|is|are) (?P<rest>.+)$"
)
_IS = re.compile(r"(?:defined as|an?|the|any)\b", re.I)
_ARE = re.compile(
    r"(?!also|often|not|usually|more|less|very|\w+(?:ly|ed|ing)\b|an?\b|the\b|in\b|one\b)"
    r"(?:[\w-]+ ){1,4}(?:that|which|who|used|made|where|for|of)\b"
)
_OPINION = re.compile(
    r"(?:an?|the) (?:[\w-]+,? ){0,3}?(?:challenge|obstacle|problem|warning|source|reason|example|result|risk|threat|matter|"
    r"question|sign|case|mistake|myth|lot|number of|must|key|figure|only|same|good|great|best|better|big|major|main|right|"
    r"wrong)s?\b"
)
_BAD_TERM = re.compile(
    r"\b(?:that|which|who|it|this|these|those|there|what|how|why|when|if|because|one|two|three|most|many|some|each|every|"
    r"all|other|another|first|second|last|next|only|main|best|same|reason|result|problem|goal|aim|example|question|answer|"
    r"idea|thing|way|point|case|difference|i|we|you|he|she|they|his|her|their|its|my|our|your|here|not|no|was|were|has|"
    r"have|had|as|may|can|will|must|said|says|and|or|to|by)\b|ly$|^\w+(?:ly|ing)\b",
    re.I,
)
_PAIR = re.compile(
    r"(?P<long>(?:[\w’'-]+ ){1,7}[\w’'-]+) \((?P<short>[A-Z][A-Za-z]{1,7}?)s?(?: for short)?[,;)]"
)
_IN_FULL = re.compile(r"(?P<short>\b[A-Z]{2,8}\b) \((?P<long>[A-Za-z][\w’'-]*(?: [\w’'-]+){1,7})\)")
_STANDS = re.compile(
    r"(?P<short>\b[A-Z][A-Za-z]{1,7})s?,?(?: which| the letters)? stands? for (?P<long>[\w’' -]+)"
)


def definitions(texts: Texts, sentence: Sentence) -> Iterator[Draft]:
    """Yield "What is X?" for a sentence that opens with a term and says what it is."""
    match = _MEANT.match(plain(sentence.text))
    if not match or leans(sentence.text) or _BAD_TERM.search(match["term"]):
        return
    term, verb, rest = match["term"], match["verb"], match["rest"]
    words, determiner = term.split(), (match["det"] or "").lower()
    named = texts.known(term) or (len(words) > 1 and all(word[0].isupper() for word in words))
    sure = (
        named or determiner.startswith("a") or len(words) == 1
    )  # "Warmer water is a threat" says what it does
    form = {"is": _IS, "are": _ARE}.get(verb)
    if form and (not form.match(rest) or _OPINION.match(rest) or (verb == "is" and not sure)):
        return
    if len(words) > MAX_TERM or len(rest.split()) < 3 or not content_words(term):
        return
    if (determiner == "the " or (determiner and " of " in term)) and not named:
        return
    if any(word.islower() and (finite(word) or ("", "plural"))[1] != "plural" for word in words[1:]):
        return
    if not defines(term, sentence.text):
        return
    asked = f"{determiner}{term if named or determiner else lowered(term, texts.lower)}"
    who = "Who or what" if named and len(words) > 1 and term.replace(" ", "").isalpha() else "What"
    does = {"means": "mean", "refers to": "refer to"}.get(verb)
    yield Draft(
        kind="definition",
        question=f"What does {asked} {does}?" if does else f"{who} {verb} {asked}?",
        sources=(sentence,),
        about=term,
        match="subject",
        answers=(rest,),
    )


def abbreviations(texts: Texts, sentence: Sentence) -> Iterator[Draft]:
    """Yield "What does X stand for?" where a sentence spells X out."""
    for short, full in spelt_out(sentence.text):
        yield Draft(
            kind="abbreviation",
            question=f"What does {short} stand for?",
            sources=(sentence,),
            about=short,
            match="words",
            cue=re.compile(re.escape(full).replace(r"\ ", r"[\s-]+"), re.I),
            answers=(full,),
            key_facts=((full,),),
        )


def spelt_out(text: str) -> Iterator[tuple[str, str]]:
    """Yield each abbreviation that a text spells out, with its long form."""
    for pattern in (_PAIR, _IN_FULL, _STANDS):
        for match in pattern.finditer(text):
            short = match["short"].removesuffix("s")
            full = long_form(match["long"].split(), short, at_end=pattern is _PAIR)
            if full and sum(letter.isupper() for letter in short) > 1:
                yield short, full


def long_form(words: list[str], short: str, *, at_end: bool = True) -> str | None:
    """Return the words that begin with the letters of an abbreviation, small words between them passed over."""
    count = len(words)
    spans = [(at, count) for at in range(count - 1)] if at_end else [(0, at) for at in range(2, count + 1)]
    parts = [words[start:end] for start, end in spans]
    parts = [part for part in parts if not {part[0].lower(), part[-1].lower()} & SMALL]
    for skipped in (SMALL, frozenset[str]()):
        for part in parts:
            pieces = [piece for word in part for piece in word.split("-") if piece]
            if short.lower() == "".join(piece[0] for piece in pieces if piece.lower() not in skipped).lower():
                return " ".join(part)
    return None
