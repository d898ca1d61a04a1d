"""Ask for the subject of a plain statement: the last resort of a small corpus."""

import re
from collections.abc import Iterator

from assistant.text.words import content_senses
from eval.cases.build.draft import Draft
from eval.cases.build.grammar.clause import Clause
from eval.cases.build.questions.meanings import PERSON
from eval.cases.build.texts import Sentence, Texts

WORDS = 3  # of meaning that the rest needs where it holds a name or a figure
_KIND = re.compile(
    r"(?:also |now |not |never )?(?:a|an|one|the|to|no|so|very|as|when|because|likely|available)\b"
)


def subjects(texts: Texts, sentence: Sentence, clause: Clause | None) -> Iterator[Draft]:
    """Yield "What is now a museum of navigation?" for a statement about one thing, "Who or what" for a name."""
    if clause is None or clause.lead.startswith("according") or clause.said in ("are", "were", "have"):
        return
    told = f"{clause.verb} {clause.rest}"
    if (
        clause.form == "plural"
        or clause.said == "had"
        or "," in clause.rest
        or _KIND.match(clause.rest)
        or clause.subject == "None"
    ):
        return
    weight = len(set(content_senses(told)))
    if weight < (WORDS if re.search(r"[A-Z]|\d", clause.rest) else WORDS + 2):
        return
    head = re.split(r" (?:of|in|for|on|at|from|to|with)\b", clause.subject)[0].split()
    if PERSON.fullmatch(head[-1]) or (not clause.aux and head[-1].endswith("s") and head[-1].islower()):
        return
    if clause.subject.startswith(("the ", "one ", "a ")) and len(content_senses(clause.subject)) < 2:
        return
    subject = clause.subject.removeprefix("the ")
    named = texts.known(subject) or all(word[0].isupper() for word in subject.split())
    yield Draft(
        kind="subject",
        question=clause.of_subject("Who or what" if named else "What"),
        sources=(sentence,),
        about=told,
        match="value",
        held=(subject,),
        answers=(clause.subject,),
        key_facts=((clause.subject.removeprefix("the ").removeprefix("a "),),),
        clause=clause,
    )
