"""Make questions that the corpus does not answer: another name or year, what is never spelt out, sides exchanged."""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.text.lexicon.contrasts import BUILT_IN, Contrast, named
from assistant.text.words import content_senses
from eval.cases.build.questions.meanings import SMALL, long_form, spelt_out
from eval.cases.build.settle import Settled, unsound
from eval.cases.build.statement import lowered, parse, plain, word_list
from eval.cases.build.texts import Sentence, Texts

PRESENT = 0.5  # share of the other words, by weight, near the new one: then it may be answered after all
HELD = 0.6  # share of a statement's words with the other subject: then it may be true of that one too
TRIED = 8  # other names tried for one question
NEAREST = 4  # other years tried
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b(?!-)")
_CODE = re.compile(r"(?<![\w.@/-])[A-Z]{3,5}(?![\w/-])")
_ROMAN = re.compile(r"[IVXLCDM]+")
_BESIDE = word_list("in by of at from")  # after these, one name may stand for another
_HALVES = re.compile(r",? (?:while|whereas|whilst|but)(?: that of)? |; ")
_VIEWS = re.compile(
    r"\b(?:both|either|neither|same|alike|similar|another|other|also|too|said|says?|differ|compare)"
)


@dataclass(frozen=True, kw_only=True)
class Miss:
    """A question without an answer in the corpus."""

    kind: str
    question: str
    doc_id: str


def misses(settled: Settled, texts: Texts, rng: random.Random) -> Iterator[Miss | str]:
    """Yield near misses of an answerable question, and the reasons where none could be made."""
    draft = settled.draft
    if draft.kind in ("definition", "abbreviation", "list", "heading"):
        return
    for old, others, size in (*_other_names(settled, texts), *_other_years(settled, texts, rng)):
        left = draft.question.replace(old, " ")
        for other in others:
            changed = re.sub(rf"(?<!\w){re.escape(old)}(?![\w-])", other, draft.question)
            if changed != draft.question and unsound(changed) is None and absent(other, left, texts, size):
                yield Miss(kind="near-miss", question=changed, doc_id=draft.sentence.doc_id)
                break
        else:
            if others:
                yield "near-miss: answerable after all"


def _other_names(settled: Settled, texts: Texts) -> Iterator[tuple[str, list[str], int]]:
    """Yield a name of the question with those of its article that stand after the same word and are of its make."""
    question, held = settled.draft.question, texts.names.get(settled.draft.sentence.doc_id, {})
    for name in texts.named_in(question.split(" ", 1)[1]):
        before = question[: question.index(name)].split()[-1].lower()
        sides = any(named(name, contrast) for contrast in BUILT_IN)
        if before not in _BESIDE or sides or len(set(content_senses(question.replace(name, " ")))) < 2:
            continue
        others = [
            other
            for other in sorted(held)
            if before in held[other]
            and (other.isupper(), other.count(" ")) == (name.isupper(), name.count(" "))
            and not kin(other, f"{question} {settled.draft.held}")
        ]
        yield name, others[:TRIED], 2


def _other_years(settled: Settled, texts: Texts, rng: random.Random) -> Iterator[tuple[str, list[str], int]]:
    """Yield the year of the question with others that its article names, where its sentence speaks of one alone."""
    years = _YEAR.findall(settled.draft.question)
    sentence = settled.draft.sentence
    if len(years) == 1 and len(set(_YEAR.findall(sentence.text))) < 2:
        others = set(_YEAR.findall(texts.documents[sentence.doc_id].text)) - set(years)
        near = sorted(others, key=lambda year: (abs(int(year) - int(years[0])), year))[:NEAREST]
        yield years[0], rng.sample(near, len(near)), 1


def kin(name: str, text: str) -> bool:
    """Tell whether a name shares the beginning of one of its words with a text, or is spelt out there."""
    words = re.findall(r"\w+", text)
    if any(word[:4].lower() in text.lower() for word in re.split(r"[ -]", name) if len(word) > 2):
        return True
    return name.isupper() and any(
        long_form(words[at : at + size], name) for at in range(len(words)) for size in range(2, 9)
    )


def absent(new: str, rest: str, texts: Texts, size: int = 2) -> bool:
    """Tell whether nothing near the new name speaks of the rest of the question.

    Near is the sentence and `size` sentences on either side; under a title or heading that names it, everywhere.
    """
    wanted = {sense for sense in content_senses(rest) if sense in texts.holding}
    least = PRESENT * sum(map(texts.weight, wanted))
    holds = re.compile(rf"(?<!\w){re.escape(new)}(?!\w)")
    named = set(content_senses(new))
    for sentence in texts.covering(named, 1.0) if named else texts.sentences:
        if new in sentence.text and holds.search(sentence.text):
            near = {sense for item in texts.around(sentence, size) for sense in item.senses}
            if sum(map(texts.weight, wanted & near)) >= least:
                return False
    headed = (held for head, held in texts.under.items() if holds.search(head))
    said = (sum(map(texts.weight, wanted & sentence.senses)) for held in headed for sentence in held)
    return least > 0 and all(weight < least for weight in said)


def never_spelt_out(texts: Texts) -> Iterator[Miss]:
    """Yield "What does X stand for?" for abbreviations that the corpus uses and nowhere spells out."""
    spelt = {short for sentence in texts.sentences for short, _ in spelt_out(sentence.text)}
    used: dict[str, list[Sentence]] = {}
    for sentence in texts.sentences:
        if sum(map(str.islower, sentence.text)) > 3 * sum(map(str.isupper, sentence.text)):
            for code in _CODE.findall(sentence.text):
                used.setdefault(code, []).append(sentence)
    for code in sorted(set(used) - spelt):
        told = rf"\({code}s?\b|\b{code}s? (?:\(|stands? for|means?\b|is (?:short|an|the)\b)"
        if code.lower() in texts.lower or _ROMAN.fullmatch(code):
            continue
        if not any(re.search(told, item.text) for item in used[code]) and not _initials_held(code, texts):
            question = f"What does {code} stand for?"
            yield Miss(kind="held-out", question=question, doc_id=used[code][0].doc_id)


def _initials_held(code: str, texts: Texts) -> bool:
    """Tell whether words in a row anywhere begin with the letters of an abbreviation."""
    for document in texts.documents.values():
        words = re.findall(r"[A-Za-z][\w'’]*", document.text)
        for skipped in (SMALL, frozenset[str]()):
            if code.lower() in "".join(word[0] for word in words if word.lower() not in skipped).lower():
                return True
    return False


def swapped(sentence: Sentence, contrasts: Sequence[Contrast], texts: Texts) -> Iterator[Miss | str]:
    """Yield why-questions that say of one side what the sentence says of the other."""
    halves = _HALVES.split(re.sub(r"^(?:While|Whereas) ([^,]+), ", r"\1; ", plain(sentence.text)))
    if len(halves) != 2 or not all(halves):
        return
    for contrast in contrasts:
        found = [named(half, contrast) for half in halves]
        if [len({item.term for item in half}) for half in found] == [1, 1]:
            for half, own, other in zip(halves, found, reversed(found), strict=True):
                into = (halves[0] if other is found[0] else halves[1])[other[0].start : other[0].end]
                if own[0].term != other[0].term:
                    yield from _exchanged(sentence, half, contrast, (other[0].term, into), texts)


def _exchanged(
    sentence: Sentence, half: str, contrast: Contrast, other: tuple[str, str], texts: Texts
) -> Iterator[Miss | str]:
    """Yield the half as a question about the other side: its term, and its name as written."""
    clause = parse(f"{half[0].upper()}{half[1:]}.", texts.lower)
    if clause is None or clause.lead or not clause.simple or _VIEWS.search(half):
        return
    place = named(clause.subject, contrast)
    after = clause.subject[place[0].end :] if len(place) == 1 else ""
    if len(place) != 1 or place[0].start or f"{other[1]}{after}" not in sentence.text:
        return  # the subject is to be the side itself, or the same thing of both ("BPO tasks", "KPO tasks")
    said = set(content_senses(f"{clause.verb} {clause.rest}"))
    into = lowered(other[1], texts.lower) + after
    question = clause.asked("Why").replace(f" {clause.subject} ", f" {into} ", 1)
    agree = clause.subject.endswith("s") == into.endswith("s")
    if len(said) < 2 or not agree or unsound(question) or named(clause.rest, contrast):
        return
    for rival in texts.covering(said, HELD):
        terms = {item.term for item in named(rival.text, contrast)}
        if rival is not sentence and terms == {other[0]}:
            yield "swapped: may be true of the other side too"
            return
    yield Miss(kind="swapped", question=question, doc_id=sentence.doc_id)
