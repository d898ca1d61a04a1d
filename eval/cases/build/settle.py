"""Check a draft before it is kept: is it a question that stands alone, and which sentences answer it?"""

import re
from dataclasses import dataclass, replace

from assistant.text.quantities.read import quantities
from assistant.text.words import content_senses, sense, stem
from assistant.write.quote.topic.definition import defines
from eval.cases.build.draft import Draft
from eval.cases.build.texts import Sentence, Texts
from eval.cases.gold import says

MIN_WORDS, MAX_WORDS = 3, 22
MAX_ASKED = 16  # words of a question that people ask
SAME, RIVAL = 0.6, 0.85  # share of a question's words from which a sentence speaks of the same fact
MAX_GOLD = 60  # sentences
_TEMPLATE = frozenset(map(stem, ["share", "many", "much", "high", "stand", "refer", "mean", "when"]))
_POINTS = re.compile(
    r"\b(?:it|this|that one|these|those|they|them|he|she|him|his|her|hers|here|above|below|such|"
    r"former|latter|today|now|recently|currently|so far)\b"
)
_SPEAKER = re.compile(
    r"\b(?:we|us(?!\w)|our|i|me|my|you|your)\b"
)  # of the text; who asks may speak of himself
# a figure that is neither a year nor part of a name ("ISO 27001")
_FIGURE = re.compile(r"(?<![\w.,/-])(?<![A-Z] )(?!(?:1[5-9]|20)\d\d\b)\d[\d.,]*(?![\w-])")
_OF_THE_TEXT = re.compile(r"\b(?:articles?|undated|authors?|chapters?|paragraphs?|page)\b", re.I)
_OWN = re.compile(r"\b(?:its|their)\b")
_BROKEN = re.compile(
    r"(?:\b(?:a|an|the|of|and|or|which|because|however) ?\?)|\b(\w+) \1\b|[“”\"|<>{}=*_\\]|\?.*\?|\s[,.;]|,\s*\?|\b(?:is|are|was|were) (?:is|are|was|were)\b"
)
_THE = re.compile(
    r"\b(?:does|do|did|is|are|was|were|has|have|had|can|may|will|would|should|could) (?:the|a|an) ((?:[a-z-]+ )+)"
)
_THE_ONE = re.compile(r"\b(?:the|this|that) [a-z]+\?$")
_OPENS = r"(?:an? |the )?{}(?: \([^)]*\))? (?:gives?|hands?|covers?|describes?|denotes?|deals? with) "


@dataclass(frozen=True, kw_only=True)
class Settled:
    """A draft that is kept, with every sentence that answers it, in order."""

    draft: Draft
    gold: tuple[Sentence, ...]


def settle(draft: Draft, texts: Texts) -> Settled | str:
    """Return the draft with its gold sentences, or the reason why it is dropped."""
    fault = unsound(draft.question) or unlikely(draft.question) or alone(draft, texts)
    if fault:
        return fault
    gold = answering(draft, texts)
    if isinstance(gold, str):
        return gold
    if len(gold) > MAX_GOLD:
        return "too many sentences answer it"
    return Settled(draft=draft, gold=tuple(sorted(gold, key=lambda item: item.number)))


def unsound(question: str) -> str | None:
    """Return what is wrong with the form of a question, None where nothing is."""
    count = len(question.split())
    if not question.endswith("?") or not question[:1].isupper():
        return "no question"
    if not MIN_WORDS <= count <= MAX_WORDS:
        return "too short or too long"
    unpaired = (
        question.count("(") != question.count(")") or question.count("'") > 2 and question.count(" '") % 2
    )
    return "broken grammar" if _BROKEN.search(question) or unpaired else None


def unlikely(question: str) -> str | None:
    """Return why nobody who has not read the text would ask this, None where somebody may."""
    if len(question.split()) > MAX_ASKED:
        return "longer than people ask"
    if _FIGURE.search(question):
        return "gives a figure away"
    if _OF_THE_TEXT.search(question):
        return "about the text and not its subject"
    return None


def alone(draft: Draft, texts: Texts) -> str | None:
    """Return why a question cannot be understood without its article, None where it can."""
    low = draft.question.replace("US", "United States").lower()
    named = texts.named_in(draft.question.split(" ", 1)[1])
    if (
        _POINTS.search(low)
        or (draft.kind != "written" and _SPEAKER.search(low))
        or (_OWN.search(low) and not (named and draft.clause and _OWN.search(draft.clause.rest)))
    ):
        return "a pronoun without its noun"
    if draft.kind in ("definition", "abbreviation", "list"):
        return None
    told = len(set(content_senses(draft.subject)))
    the = _THE.search(draft.question)
    bare = the and " of " not in the[1] and (" the " in the[0] or len(content_senses(the[1])) < 2)
    vague = told < 4 if _THE_ONE.search(draft.question) else not named and (told < 3 or bare)
    return "too vague" if vague else None


def answering(draft: Draft, texts: Texts) -> list[Sentence] | str:
    """Return every sentence that states the fact asked for, or why the question has no one answer."""
    gold = dict.fromkeys(draft.sources)
    if draft.match == "value":
        wanted = _wanted(draft)
        sure = texts.covering(wanted, RIVAL)
        for sentence in texts.covering(wanted, SAME):
            if states(draft, sentence):
                gold[sentence] = None
            elif sentence in sure and _rivals(draft, sentence, texts):
                return "another sentence gives another value"
    elif draft.match == "words":
        wanted = _wanted(draft)
        for sentence in texts.covering(wanted, RIVAL) if wanted else []:
            if draft.cue is None or draft.cue.search(sentence.text):
                gold[sentence] = None
    elif draft.match == "subject":
        opens = re.compile(_OPENS.format(re.escape(draft.about)), re.I)
        for sentence in texts.covering(content_senses(draft.about), 1.0):
            if defines(draft.about, sentence.text) or opens.match(sentence.text):
                gold[sentence] = None
    return list(gold)


def _wanted(draft: Draft) -> set[str]:
    """Return the senses that name what is asked, the verb in the form of its sentence: "wrote", not "write"."""
    words = set(content_senses(draft.subject)) - _TEMPLATE
    if draft.clause and draft.clause.verb and sense(draft.clause.verb) in words:
        words = words - {sense(draft.clause.verb)} | set(content_senses(draft.clause.said))
    return words


def states(draft: Draft, sentence: Sentence) -> bool:
    """Tell whether a sentence holds the value or one of the wordings that answer a draft."""
    if draft.quantity is not None:
        value = (draft.quantity.low, draft.quantity.high, draft.quantity.kind)
        return any((item.low, item.high, item.kind) == value for item in quantities(sentence.text))
    return says(sentence.text, draft.held)


def _rivals(draft: Draft, sentence: Sentence, texts: Texts) -> bool:
    if draft.quantity is not None:
        return any(item.kind == draft.quantity.kind for item in quantities(sentence.text))
    known = f"{draft.question} {' '.join(draft.held)}"
    return any(name not in known for name in texts.named_in(sentence.text))


def merged(drafts: list[Draft]) -> Draft | str:
    """Return one draft for all that ask the same, or why they cannot be one."""
    first = drafts[0]
    sources = tuple(dict.fromkeys(source for draft in drafts for source in draft.sources))
    if first.match == "value":
        for other in drafts[1:]:
            if not states(first, other.sentence):
                return "another sentence gives another value"
    answers = tuple(dict.fromkeys(answer for draft in drafts for answer in draft.answers))
    facts = tuple(dict.fromkeys(wording for draft in drafts for fact in draft.key_facts for wording in fact))
    if first.kind == "abbreviation":
        if len({tuple(stem(word) for word in re.split(r"[\s-]", answer)) for answer in answers}) > 1:
            return "another sentence gives another value"
        low = dict.fromkeys(answer.lower() for answer in answers)
        answers = tuple(sorted(answers, key=len)[:1])
        facts = tuple(dict.fromkeys([*low, *(word.removesuffix("s") for word in low)]))
    if first.kind == "list":
        return replace(first, sources=sources) if len(drafts) == 1 else "two lists of one name"
    return replace(first, sources=sources, answers=answers, key_facts=(facts,) if facts else ())
