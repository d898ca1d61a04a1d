"""Ask what a term means and what an abbreviation stands for."""

import re
from collections.abc import Iterator

from assistant.text.anaphora import leans
from assistant.text.terms import content_words
from assistant.write.quote.topic.definition import defines
from eval.cases.build.draft import Draft
from eval.cases.build.grammar.clause import lowered, plain
from eval.cases.build.grammar.verbs import finite
from eval.cases.build.grammar.wordlists import SMALL, is_graded, word_list
from eval.cases.build.texts import Sentence, Texts

MAX_TERM = 5  # words
_MEANT = re.compile(
    r"^(?P<det>An? |The |the )?(?P<term>[^,;:()]{2,60}?) (?P<verb>means|refers to|is|are|was) (?P<rest>.+)$"
)
_IS = re.compile(r"^(?:defined as|an?|the|when|any)\b", re.I)
_ARE = re.compile(
    r"^(?!also|often|not|usually|more|less|very|\w+ly\b|\w+ed\b|\w+ing\b|an?\b|the\b|in\b|one\b)"
    r"(?:[\w-]+ ){1,4}(?:that|which|who|used|made|in which|where|for|of)\b"
)
_OPINION = re.compile(
    r"^(?:an?|the) (?:[\w-]+,? ){0,3}?(?:challenges?|obstacles?|themes?|problems?|warnings?|sources?|reasons?|reference|examples?|results?|risks?|"
    r"advantages?|matter|questions?|signs?|case|mistake|myth|lot|bit|number of|must|keys?|inference|figures?|estimates?|only|same|"
    r"good|great|perfect|best|better|big|huge|major|main|right|wrong|possible|jolt|delight|masterpiece|pleasure|shame|treat)\b"
)
_HEAD = re.compile(
    r"^(?:an?|the) (?P<noun>[^,]+?)(?:,| (?:of|in|for|who|that|which|from|at|with|and|to|whose|by|on)\b|$)"
)
PERSON = re.compile(
    r"\w+(?:er|or|ist|ian|man|woman|ess)|general|king|queen|heir|monk|scholar|imam|priest|chief|agent|secretary|poet|president|"
    r"politician|noble|brother|sister|son|daughter|wife|husband|friend|human|child|girl|boy|person|protagonist|antagonist|student"
)
_NO_PERSON = word_list(
    """
    number paper order letter factor processor error centre center computer thriller river water power chapter
    member matter offer answer sector vector tensor layer parameter transformer filter encoder decoder summer
    winter quarter border color colour corner cover disorder disaster empire identifier indicator marker meter
    newsletter register server shooter
    """
)
_BAD_TERM = re.compile(
    r"\b(?:that|which|who|it|this|these|those|there|what|how|why|when|if|because|one|two|three|most|many|some|each|every|all|"
    r"other|another|first|second|last|next|only|main|best|same|reason|result|problem|goal|aim|example|question|answer|idea|thing|way|"
    r"point|case|difference|i|we|you|he|she|they|his|her|their|its|my|our|your|here|not|no|is|are|was|were|has|have|had|"
    r"as|may|can|will|must|said|says|and|or|to|by)\b",
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
    text = plain(sentence.text)
    match = _MEANT.match(text)
    if not match or leans(sentence.text) or " | " in text or '"' in match["term"] or text.endswith("?"):
        return
    term, verb = match["term"], match["verb"]
    words = term.split()
    if (
        len(words) > MAX_TERM
        or _BAD_TERM.search(term)
        or len(match["rest"].split()) < 3
        or not content_words(term)
    ):
        return
    if verb in ("is", "are", "was") and is_graded(words[0]) and not texts.known(term):
        return  # "Warmer water is a threat ..." says what it does, not what it is
    form = {"is": _IS, "was": _IS, "are": _ARE}.get(verb)
    if (form and not form.match(match["rest"])) or _OPINION.match(match["rest"]):
        return
    determiner = (match["det"] or "").lower()
    written = all(word[0].isupper() for word in words) and words[0].lower() not in texts.lower
    named = texts.known(term) or (len(words) > 1 and written)
    if determiner == "the " and not named:
        return
    if any(finite(word) and finite(word) != (word, "plural") for word in words[1:] if word.islower()):
        return
    if determiner and " of " in term and not named:
        return
    if words[-1].endswith("ly") or words[0].endswith(("ly", "ing")) or not defines(term, sentence.text):
        return
    shown = term if named or determiner else lowered(term, texts.lower)
    yield Draft(
        kind="definition",
        question=_question(f"{determiner}{shown}", verb, match["rest"], named and " " in term),
        sources=(sentence,),
        about=term,
        match="subject",
        answers=(match["rest"],),
    )


def _question(term: str, verb: str, rest: str, named: bool) -> str:
    """Ask what a term means, or who or what it is."""
    if verb in ("means", "refers to"):
        return f"What does {term} {'mean' if verb == 'means' else 'refer to'}?"
    head = _HEAD.match(rest)
    noun = head["noun"].split()[-1] if head else ""
    person = named and PERSON.fullmatch(noun) and noun not in _NO_PERSON
    return f"{'Who' if person else 'What'} {verb} {term}?"


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
            short = match["short"].rstrip("s") if match["short"][-1:] == "s" else match["short"]
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
