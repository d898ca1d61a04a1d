"""Ask who did something, and where something is."""

import re
from collections.abc import Iterator

from eval.cases.build.draft import Draft
from eval.cases.build.grammar.clause import Clause
from eval.cases.build.grammar.verbs import finite, participles
from eval.cases.build.grammar.wordlists import word_list
from eval.cases.build.texts import Sentence, Texts

_DONE = word_list(
    """
    accept announce appoint argue attack build claim conclude conquer create criticise criticize declare
    defeat describe design destroy develop discover establish estimate explain find forecast found invade
    invent issue launch lead lend marry name negotiate open oppose own paint plan praise predict propose prove
    publish report reveal recommend serve sign speak succeed suggest support suppress teach translate warn win
    wield write
    """
)
_TITLE = r"(?:[A-Z][\w.&'-]*(?:(?: (?:of|the|de|von|der|van|du|la|le))* [A-Z][\w.&'-]*){0,4})"
_BY = re.compile(rf" by (?P<who>(?:the )?{_TITLE})(?P<tail>(?: (?:in|on|during|at|from|for) .+)?)$")
_PLACED = re.compile(
    rf"^(?P<how>(?:located|situated|based|headquartered|born|buried)) (?P<prep>in|near|at) (?P<where>(?:the )?{_TITLE})(?P<tail>.*)$"
)
_THING = re.compile(r"\b(?:Act|Charter|Treaty|War|Law|Edict|Code|System|Article|Regulation|\d{4})\b")


def actors(texts: Texts, sentence: Sentence, clause: Clause | None) -> Iterator[Draft]:
    """Yield "Who found that ...?" where a name did it, and "Who was it built by?" where one is told at the end."""
    if clause is None or "according" in clause.lead:
        return
    subject = re.sub(r"^(?:[Tt]he )", "", clause.subject)
    form = finite(clause.said)
    if (
        form
        and form[0] in _DONE
        and form[1] != "plural"
        and re.fullmatch(_TITLE, subject)
        and texts.is_name(subject)
    ):
        if (
            len(clause.rest.split()) >= 3
            and re.search(r"\d|[A-Z]|\bthat\b.*(?: \S+){6}", clause.rest)
            and not clause.rest.startswith("to ")
            and subject.lower() not in clause.rest.lower()
        ):
            yield _named(texts, clause.of_subject("Who"), sentence, clause, subject)
        return
    if clause.said in ("was", "were") and (match := _BY.search(f" {clause.rest}")):
        who = match["who"].removeprefix("the ")
        before = f" {clause.rest}"[: match.start()].strip()
        done = bool(before) and before.split()[-1] in participles() and len(before.split()) <= 3
        if done and texts.is_name(who) and not _THING.search(who):
            yield _named(
                texts, clause.asked("Who", rest=f"{before} by{match['tail']}"), sentence, clause, who
            )


def places(texts: Texts, sentence: Sentence, clause: Clause | None) -> Iterator[Draft]:
    """Yield "Where is S based?" for what is said to be somewhere."""
    if clause is None or clause.said not in ("is", "are", "was", "were"):
        return
    match = _PLACED.match(clause.rest)
    if match and texts.is_name(match["where"].removeprefix("the ")):
        tail = match["tail"] if re.match(r" (?:in|on) ", match["tail"]) else ""
        if re.search(r"\bin [A-Z]", tail):
            tail = ""
        asked = clause.asked("Where", rest=f"{match['how']}{tail}")
        yield _named(texts, asked, sentence, clause, match["where"].removeprefix("the "), kind="place")


def _named(
    texts: Texts, question: str, sentence: Sentence, clause: Clause, who: str, kind: str = "who"
) -> Draft:
    last = who.split()[-1]
    short = len(last) > 3 and last[0].isupper() and last.lower() not in texts.lower
    wordings = tuple(dict.fromkeys((who, last))) if short else (who,)
    return Draft(
        kind=kind,
        question=question,
        sources=(sentence,),
        about=question,
        match="value",
        answers=(who,),
        key_facts=(wordings,),
        held=wordings,
        clause=clause,
    )
