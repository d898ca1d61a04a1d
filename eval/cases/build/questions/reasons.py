"""Ask why something is so, and what something needs, covers or leads to."""

import re
from collections.abc import Iterator

from assistant.text.terms import content_words
from eval.cases.build.draft import Draft
from eval.cases.build.grammar.clause import Clause, parse, plain
from eval.cases.build.texts import Sentence, Texts

CAUSE = re.compile(
    r"\b(?:because|since|due to|owing to|as a result|so that|therefore|thus|hence|reasons?|why|caused?|leads? to|led to|"
    r"in order to|thanks to|on the ground)\b|, so\b",
    re.I,
)
_BECAUSE = re.compile(
    r"^(?P<said>.+?),?(?P<partly> (?:partly|mainly|largely|chiefly|primarily|simply))? because (?P<why>(?!of\b).{8,})$"
)
_BECAUSE_OF = re.compile(
    r"^(?P<said>.+?),?(?: (?:partly|mainly|largely|chiefly|primarily))? because of (?P<why>.{4,})$"
)
_FRONT = re.compile(r"^Because (?!of\b)(?P<why>[^,]{8,}), (?P<said>[^,;]+)$")
_VIEWS = re.compile(
    r"\b(?:that|says?|said|argued?s?|claim(?:s|ed)?|not|never|no|only|just|whether|or|but|if|when|while)\b"
)
_ASKED = {
    "cover": "", "include": "", "involve": "", "require": "", "need": "", "contain": "", "offer": "", "provide": "", "suit": "",
    "cause": "", "replace": "", "produce": "", "create": "", "handle": "", "measure": "",
    "depend": "on", "rely": "on", "consist": "of", "lead": "to", "focus": "on", "concentrate": "on", "prohibit": "", "permit": "",
    "encourage": "", "prevent": "", "reveal": "", "weaken": "", "wield": "", "affect": "", "reflect": "", "face": "", "favour": "",
}  # fmt: skip
_WIDE = frozenset(["offer", "provide", "include", "produce", "create", "face", "affect", "cause", "contain"])
_SOME = re.compile(r"^(?:some|many|most|other|one|several|few|a few|all|both)\b", re.I)


def reasons(texts: Texts, sentence: Sentence) -> Iterator[Draft]:
    """Yield "Why ...?" for a statement that gives its reason."""
    text = plain(sentence.text)
    if len(re.findall(r"\bbecause\b", text, re.I)) != 1 or re.search(r"[:;?!\"“”]", text):
        return
    match = _FRONT.match(text) or _BECAUSE.match(text) or _BECAUSE_OF.match(text)
    if not match or _VIEWS.search(match["said"]):
        return
    clause = parse(f"{match['said'][0].upper()}{match['said'][1:]}.", texts.lower)
    if clause is None or len(f"{clause.verb} {clause.rest}".split()) < 2 or "," in clause.rest:
        return
    front = re.match(r"Because", text)
    if (
        front
        and re.match(r"(?:the|a|an|each|its|their)\b", clause.subject)
        and len(clause.subject.split()) < 3
    ):
        return
    question = clause.asked("Why")
    yield Draft(
        kind="cause",
        question=question,
        sources=(sentence,),
        about=question,
        match="words",
        cue=CAUSE,
        answers=(match["why"],),
        clause=clause,
    )


def statements(texts: Texts, sentence: Sentence, clause: Clause | None) -> Iterator[Draft]:
    """Yield "What does S cover?" for a statement of what S covers, needs, leads to and the like."""
    if (
        clause is None
        or clause.verb not in _ASKED
        or clause.lead
        or clause.aux
        or clause.adverb
        or clause.form == "past"
    ):
        return
    if _SOME.match(clause.subject):
        return
    if clause.verb in _WIDE and len(set(content_words(clause.subject))) < 2:
        return
    joint = _ASKED[clause.verb]
    words = clause.rest.split()
    if joint and (not words or words[0] != joint):
        return
    told = clause.rest[len(joint) :].strip()
    if len(content_words(told)) < 2 or re.match(
        r"(?:to|from|on|in|by|as|for|with|of|at|that|how|less|more|itself|them)\b", told
    ):
        return
    question = clause.asked("What", rest=joint)
    yield Draft(
        kind="statement",
        question=question,
        sources=(sentence,),
        about=f"{clause.subject} {clause.verb}",
        match="words",
        answers=(told,),
        clause=clause,
    )
