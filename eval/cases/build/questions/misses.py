"""Make questions that the corpus does not answer, from those it does: another name, another year, what is left out."""

import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.text.lexicon.contrasts import BUILT_IN, named
from assistant.text.words import content_senses
from eval.cases.build.grammar.wordlists import SMALL
from eval.cases.build.questions.meanings import long_form, spelt_out
from eval.cases.build.settle import Settled, unsound
from eval.cases.build.texts import Sentence, Texts

PRESENT = 0.5  # share of the other words, by weight, near the new one: then it may be answered after all
Likeness = Callable[[str, Sequence[str]], list[str]]  # names, those most like the first one first
THIN = 3  # words of meaning beside the name: with fewer, something near it may answer after all
TRIED = 8  # other names tried for one question
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b(?!-)")
_CODE = re.compile(r"(?<![\w.@/-])[A-Z]{3,5}(?![\w/-])")
_ADJECTIVE = re.compile(r"(?:ern|ese|ish|ian|ean|nch|tch|raqi)(?:$|\|)")
_EVENT = re.compile(
    r"\b(?:Wars?|Revolution|Crisis|Depression|Treaty|Act|Battle|Proclamation|Siege|Peace|Crusade|Conquest)\b"
)
_ROMAN = re.compile(r"[IVXLCDM]+")
_OPENING = frozenset(["did", "does", "do", "was", "is", "were", "are", "has", "have", "had", "that"])
_NEAREST = 4  # years tried


@dataclass(frozen=True, kw_only=True)
class Miss:
    """A question without an answer in the corpus."""

    kind: str
    question: str
    doc_id: str
    of: str = ""  # the question it was made from


def misses(settled: Settled, texts: Texts, near: Likeness, rng: random.Random) -> Iterator[Miss | str]:
    """Yield near misses of an answerable question, and the reasons where none could be made."""
    yield from other_names(settled, texts, near)
    yield from other_years(settled, texts, rng)


def other_names(settled: Settled, texts: Texts, near: Likeness) -> Iterator[Miss | str]:
    """Yield the question with another name of the same article, where nothing near that name speaks of the rest."""
    draft = settled.draft
    question, doc_id = draft.question, draft.sentence.doc_id
    if draft.kind in ("definition", "abbreviation", "list", "heading"):
        return
    own = [name for name in texts.named_in(question.split(" ", 1)[1]) if not in_contrast(name)]
    for name in own[:2]:
        if re.search(rf"{re.escape(name)} (?:and|or) |(?:and|or) (?:the )?{re.escape(name)}", question):
            continue  # what is said of the other of the two would answer half
        left = question.replace(name, " ")
        if len(set(content_senses(left))) < (THIN if draft.kind == "subject" else THIN - 1):
            continue
        others = near(name, alike(name, question, doc_id, texts))
        others = [other for other in others if not kin(other, f"{question} {draft.held}")][:TRIED]
        for other in others:
            changed = re.sub(rf"(?<!\w){re.escape(name)}(?![\w-])", other, question)
            if changed != question and unsound(changed) is None and absent(other, left, texts):
                kind = "held-out" if draft.kind in ("statement", "place") else "near-miss"
                yield Miss(kind=kind, question=changed, doc_id=doc_id, of=question)
                break
        else:
            if others:
                yield "near-miss: answerable after all"


def other_years(settled: Settled, texts: Texts, rng: random.Random) -> Iterator[Miss | str]:
    """Yield the question for another year that the corpus names, but not with the rest of the question."""
    question, doc_id = settled.draft.question, settled.draft.sentence.doc_id
    years = _YEAR.findall(question)
    if len(years) != 1 or settled.draft.kind in ("definition", "heading", "list"):
        return
    if len(set(_YEAR.findall(settled.draft.sentence.text))) > 1:
        return  # "45 per cent in 2022, down from 60 before 2016" speaks of other years too
    body = texts.documents[doc_id].text
    others = sorted(
        set(_YEAR.findall(body)) - set(years), key=lambda year: (abs(int(year) - int(years[0])), year)
    )
    others = rng.sample(others[:_NEAREST], min(_NEAREST, len(others)))
    for other in others:
        if absent(other, question.replace(years[0], " "), texts, size=1):
            yield Miss(
                kind="near-miss", question=question.replace(years[0], other), doc_id=doc_id, of=question
            )
            return
    if others:
        yield "near-miss: answerable after all"


def alike(name: str, question: str, doc_id: str, texts: Texts) -> list[str]:
    """Return the names of the article that may stand where this one does: places, doers, or seen after its word."""
    names = texts.names.get(doc_id, {})
    before = question[: question.index(name)].split()
    word = before[-1].lower() if before else ""
    own = names.get(name, [])
    if word in _OPENING:
        fits = {other for other in names if other in texts.agents}
    elif word in ("in", "by", "of", "at", "from", "with", "the"):
        fits = {other for other in names if word in names[other]}
    else:
        return []
    return [
        other
        for other in sorted(fits)
        if (other.isupper(), " " in other) == (name.isupper(), " " in name)
        and (other in texts.places) == (name in texts.places)
        and (other in texts.agents) == (name in texts.agents)
        and ("the" in names[other]) == ("the" in own)
        and (other in texts.modifiers) == (name in texts.modifiers)
        and not _ADJECTIVE.search(f"{other}|{name}")
        and other.endswith("s") == name.endswith("s")
        and bool(_EVENT.search(other)) == bool(_EVENT.search(name))
        and not in_contrast(other)
        and other not in question
    ]


def in_contrast(name: str) -> bool:
    """Tell whether a name is one of subjects that are set against each other."""
    return any(named(name, contrast) for contrast in BUILT_IN)


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

    Near is the sentence and `size` sentences on either side; in an article named after it, everywhere.
    """
    wanted = {sense for sense in content_senses(rest) if sense in texts.holding}
    total = sum(texts.weight(sense) for sense in wanted)
    if not total:
        return False
    holds = re.compile(rf"(?<!\w){re.escape(new)}(?!\w)")
    for title_of, document in texts.documents.items():
        if not any(word in document.title for word in re.findall(r"\w{4,}", new)):
            continue
        own = (sentence for sentence in texts.sentences if sentence.doc_id == title_of)
        if any(_share(sentence.senses, wanted, texts) >= PRESENT * total for sentence in own):
            return False
    for path, held in texts.sections.items():
        if holds.search(path) and any(_share(item.senses, wanted, texts) >= PRESENT * total for item in held):
            return False
    for sentence in _with(new, texts):
        if holds.search(sentence.text):
            near = frozenset(sense for item in texts.around(sentence, size) for sense in item.senses)
            if _share(near, wanted, texts) >= PRESENT * total:
                return False
    return True


def _share(senses: frozenset[str], wanted: Iterable[str], texts: Texts) -> float:
    return sum(texts.weight(sense) for sense in wanted if sense in senses)


def _with(new: str, texts: Texts) -> Sequence[Sentence]:
    senses = [sense for sense in content_senses(new) if sense in texts.holding]
    rarest = min(senses, key=lambda sense: len(texts.holding[sense]), default=None)
    return [texts.sentences[at] for at in texts.holding[rarest]] if rarest else texts.sentences


def never_spelt_out(texts: Texts) -> Iterator[Miss]:
    """Yield "What does X stand for?" for abbreviations that the corpus uses and nowhere spells out."""
    spelt = {short for sentence in texts.sentences for short, _ in spelt_out(sentence.text)}
    used: dict[str, list[Sentence]] = {}
    for sentence in texts.sentences:
        if sum(letter.islower() for letter in sentence.text) > 3 * sum(
            letter.isupper() for letter in sentence.text
        ):
            for code in _CODE.findall(sentence.text):
                used.setdefault(code, []).append(sentence)
    for code in sorted(set(used) - spelt):
        shown = rf"\({code}s?\b|\b{code}s? (?:\(|stands? for|means?\b|is (?:short|an|the)\b)"
        told = any(re.search(shown, item.text) for item in used[code])
        if told or code.lower() in texts.lower or _ROMAN.fullmatch(code):
            continue
        if not _initials_held(code, {item.doc_id for item in used[code]}, texts):
            question = f"What does {code} stand for?"
            yield Miss(kind="held-out", question=question, doc_id=used[code][0].doc_id)


def _initials_held(code: str, own: set[str], texts: Texts) -> bool:
    for doc_id, document in texts.documents.items():
        words = [word for word in re.findall(r"[A-Za-z][\w'’]*", document.text)]
        for skipped in (SMALL, frozenset[str]()):
            left = [word for word in words if word.lower() not in skipped]
            initials = "".join(word[0] for word in left)
            at = initials.lower().find(code.lower())
            while at >= 0:
                if doc_id in own or len(code) > 3 or initials[at : at + len(code)].isupper():
                    return True
                at = initials.lower().find(code.lower(), at + 1)
    return False
