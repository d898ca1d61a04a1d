"""Read a question: follow-ups completed from the conversation, misspelt words mended, parts told apart."""

import os.path
import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.core.errors import InputError
from assistant.core.types import Message
from assistant.index.lookup.lexical import LexicalIndex
from assistant.question.clauses import (
    ASKS,
    STATE,
    asked_in,
    halves,
    lead_of,
    order_of,
    taken_over,
    thing_in,
    with_act,
    with_noun,
)
from assistant.question.form import Form, both_sides, read_form
from assistant.question.language import language_of_question
from assistant.question.names import CONTRASTS, asking, names_of_contrast
from assistant.question.spelling import Vocabulary, mend
from assistant.text.commands import without_commands
from assistant.text.legible import legible
from assistant.text.sentences import sentence_spans
from assistant.text.terms import content_words

MAX_CHARACTERS = 4000
MAX_PARTS = 20  # each is searched for by itself
_FOLLOW_UP = re.compile(
    r"^(?:and|but|so|then|also|what about|how about|what of|how so|why(?! (?:is|are|was|were|do|does|did|has|have|had|can|could|should|would|will|may|might|must)\b))\b",
    re.I,
)
_ABOUT = re.compile(
    r"^(?:(?:and|but|so|then)\s+)?(?:(?:(?:what|how)\s+about|what of|for|in|with|of)\b)?\s*(?:the\s+)?", re.I
)
_IT = r"it(?!\s+(?:rains?|snows?|freezes|hails|thunders)\b)"  # not the weather's
_PRONOUN = re.compile(
    rf"\b({_IT}|its|they|them|their|theirs|these|those|this|that|he|she|his|her|one|ones|both|either|former|latter)\b",
    re.I,
)
_SAME = re.compile(r"\bthe same\b", re.I)
_OTHER = re.compile(r"(?:the )?other(?: (?:one|side|kind|type|option|sort))?", re.I)
_TAKES_UP = re.compile(rf"\b(?:(its|their|his|her)|{_IT}|they|them|he|she|him)\b", re.I)
_NAMED = re.compile(r"\b(?:(?:an?|the) )?(?<!^)[A-Z][A-Z0-9][\w-]*(?: \d[\w.]*)?\b")  # an SLA, ISO 27001
_SUCH = re.compile(r"\b(?P<such>an? [\w-]+) one\b", re.I)  # "a low one"
_AROUND = re.compile(r"(?<=[\w,] )(?!I\b)[A-Z\d][\w’'-]*")  # a name or figure
_THAT = re.compile(r"\b(?:that|this)(?=\s*\?)", re.I)
_THING = re.compile(r"(?<=\w )(?:it|them|they)\b", re.I)
_PLACE = re.compile(
    r"(?:(?:and|but|so|also|what about|how about)\s+)?"
    r"(in|for|at|by|since|before|after|under|within|without|among|during|outside|from)\s+(?!wh|how\b)((?:\S+\s*){1,5})",
    re.I,
)
_TOPIC = re.compile(
    r"(?:(?:what|who)(?:['’]s| is| are| was| were)|what do(?:es)? (?=[^?]* (?:mean|stand for)\b)|how (?!do|does|did|can|to)\w+ (?:is|are|was|were)|(?:tell me |explain |define |describe )(?:about )?(?:what )?)"
    r"\s*(?P<thing>[^,;?(]+?)(?:\s+(?:mean|stand for|called))?[?.! ]*",
    re.I,
)
_OF = re.compile(
    r"(?P<asks>(?:what|which) (?:is|are|were) )(?:the )?(?:[\w-]+ )?[\w-]+ (?P<of>(?:of|for|in|to) [^?]+)",
    re.I,
)
MAX_TOPIC = 7  # words of a thing that a pronoun may stand for
_AS_ONE_OF = re.compile(
    r"(?:should|shall|would|could|can|do|must) (?:i|we|you|one|they) \w+ (?P<thing>.+?) (?:out )?as (?:an? )?(?P<sides>\w+,? or (?:an? )?\w+)\W*",
    re.I,
)
_OF_TWO = re.compile(
    r"(?<=which) (?:ones?|of (?:the two|them|these|those|both)(?: two| ones)?)\b", re.I
)  # to be left out
_BOTH = re.compile(r"\b(?:the two|both|either|neither)\b", re.I)
_CLASSED = re.compile(r"(?:is|are) (?P<thing>.+?) (?:an? )?(?P<sides>\S+ or (?:an? )?\S+)", re.I)
_SHORT = re.compile(r"(?<=\w )n(?= \w)")  # "bpo n kpo"


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question as typed, as read, and its parts as they are searched."""

    text: str
    read_as: str | None  # None where it was read as typed
    parts: tuple[str, ...]
    form: Form = Form()  # in which the answer is wanted
    language: str = "en"  # code; a question in another language is read as it stands


def read_question(
    text: str, history: Sequence[Message], lexical: LexicalIndex, vocabulary: Vocabulary
) -> Question:
    """Return the question to search for. Raises InputError for an empty or oversized one.

    Of the history, questions that are oversized themselves are left out.
    """
    typed = without_commands(" ".join(legible(text).split()))
    if not re.search(r"\w", typed):
        raise InputError("The question is empty: type a question in words.")
    if len(typed) > MAX_CHARACTERS:
        raise InputError(
            f"The question has {len(typed)} characters, at most {MAX_CHARACTERS} are read: shorten it."
        )
    language = language_of_question(typed)
    if language != "en":
        cleared = None if typed == " ".join(text.split()) else typed
        return Question(text=text, read_as=cleared, parts=(typed,), language=language)
    mended = mend(_SHORT.sub("and", typed), lexical, vocabulary)
    bare, form = read_form(mended)
    own = settle_pronoun(bare) or _as_one_of(bare) or bare
    read = _bounded(_completed(own, _told(history)), own)
    parts = parts_of(read)
    if len(parts) > MAX_PARTS and read != own:
        read, parts = own, parts_of(own)
    if len(parts) > MAX_PARTS:
        raise InputError(
            f"The question asks {len(parts)} things, at most {MAX_PARTS} are answered at once: ask the others next."
        )
    as_typed = read == bare and mended == " ".join(text.split())
    return Question(text=text, read_as=None if as_typed else read, parts=parts, form=form)


def _told(history: Sequence[Message]) -> list[str]:
    """Return the questions of the history, each completed from those before it."""
    typed = (" ".join(legible(message.content).split()) for message in history if message.role == "user")
    earlier = (read_form(turn)[0] for turn in typed if len(turn) <= MAX_CHARACTERS)
    told: list[str] = []
    for turn in earlier:
        told.append(_bounded(_completed(turn, told), turn))
    return told


def _completed(question: str, told: Sequence[str]) -> str:
    """Complete a follow-up from the questions before it: one about "the two" from the last two, else from the last."""
    return _of_both(question, told[-2:]) or complete(question, told[-1] if told else "")


def _of_both(question: str, told: Sequence[str]) -> str | None:
    """Read "which of the two pays better?" after "What is BPO?" and "What is KPO?" as "Which pays better: BPO or KPO?"."""
    of_two = _OF_TWO.search(question)
    if not told or not (of_two or _BOTH.search(question)):
        return None
    named = names_of_contrast(told[-1])
    pair = named if len(named) == 2 else apart(told[-2], told[-1]) if len(told) > 1 else None
    if pair is None:
        return None
    stem = f"{question[: of_two.start()]}{question[of_two.end() :]}" if of_two else question
    stem = _bare_stem(stem)
    return f"{stem[:1].upper()}{stem[1:]}: {' or '.join(pair)}?"


def apart(first: str, second: str) -> tuple[str, str] | None:
    """Return in what two questions that ask the same differ: "What is BPO?", "What is KPO?" -> BPO, KPO; else None."""
    topics = topic_of(first), topic_of(second)
    one, two = (text.strip(" ?.!").split() for text in (topics if all(topics) else (first, second)) if text)
    same = len(os.path.commonprefix([one, two]))
    after = len(os.path.commonprefix([one[same:][::-1], two[same:][::-1]])) if same else 0
    own, other = (" ".join(words[same : len(words) - after]) for words in (one, two))
    asks_same = all(topics) or 2 * (same + after) >= max(len(one), len(two))
    return (own, other) if asks_same and own and other and own.lower() != other.lower() else None


def _bare_stem(question: str) -> str:
    """Return a question without a joining word before it and its closing mark."""
    return re.sub(r"^(and|but|so|then|also)\s+", "", question.strip(), flags=re.I).rstrip("?.! ")


def _bounded(completed: str, typed: str) -> str:
    """Return a completed question, or what was typed where completing has made it oversized."""
    return completed if len(completed) <= MAX_CHARACTERS else typed


def settle_pronoun(text: str) -> str | None:
    """Read "We are drafting an SLA. What should it name?" as "What should an SLA name?"; None where it is another form.

    What the pronoun stands for is the last name or abbreviation of the sentences before the question.
    """
    spans = sentence_spans(text)
    if len(spans) < 2 or not text.endswith("?") or "?" in text[: spans[-1][0]]:
        return None
    told, asked = text[: spans[-1][0]], text[slice(*spans[-1])]
    named = list(_NAMED.finditer(told))
    pointing = _THAT.search(asked) or _THING.search(asked)
    event = re.match(r"(?:when|where|why|how)\b", asked, re.I) and pointing and pointing.re is _THAT
    if not named or not pointing or event or len(content_words(asked)) > 4:
        return None
    return f"{asked[: pointing.start()]}{named[-1][0]}{asked[pointing.end() :]}"


def _as_one_of(text: str) -> str | None:
    """Read "Should I outsource payroll as BPO or KPO?" as "Is payroll BPO or KPO?"; None for any other form."""
    match = _AS_ONE_OF.fullmatch(text.strip())
    many = match and len(names_of_contrast(match["sides"])) > 1
    return f"Is {match['thing']} {match['sides']}?" if match and many else None


def _classed(question: str) -> str | None:
    """Return what "Is payroll BPO or KPO?" asks about; None for any other question."""
    match = _CLASSED.fullmatch(question.strip(" ?.!"))
    return match["thing"] if match and len(names_of_contrast(match["sides"])) > 1 else None


def complete(question: str, before: str) -> str:
    """Complete a follow-up from the question before it; return any other question unchanged.

    "and in India?" asks the same of another place, "what about KPO?" the same of the other side, and a pronoun
    stands for the one thing the question before named.
    """
    asks = asking(before)
    if whole := taken_over(question, asks) or with_act(question, asks) or with_noun(question, asks):
        return whole
    if not before or not _is_follow_up(question):
        return question
    for read in (_exchange, _moved, _another_side, _another_of_its_kind):
        if exchanged := read(question, before):
            return exchanged
    named = names_of_contrast(before)
    stem = _bare_stem(question)
    match = _TAKES_UP.search(stem)
    many = bool(match and re.match(r"the", match[0], re.I))
    bare = asks.removeprefix(lead_of(asks))
    classed = _classed(bare)
    if match is None and order_of(bare) == "verb" and _says_little(question):
        return f"{stem[:1].upper()}{stem[1:]}: {bare[:1].lower()}{bare[1:]}"
    thing = topic_of(bare) or (named[0] if len(named) == 1 and not _is_person(match) else classed)
    found = None if thing or _is_person(match) else thing_in(bare, many=many)
    thing = thing or found
    if thing and not classed and names_of_contrast(question) and names_of_contrast(thing) != named:
        return question
    if thing and match and thing.lower() not in stem.lower():
        written = f"{thing}'{'' if thing.endswith('s') else 's'}" if match[1] else thing
        stem = f"{stem[: match.start()]}{written}{stem[match.end() :]}"
        around = [name for name in _AROUND.findall(asks) if found and name not in stem]
        stem += f" ({' '.join(around)})" if around else ""
        return f"{stem[:1].upper()}{stem[1:]}?" if re.match(ASKS, stem, re.I) else f"What are {stem}?"
    such = _SUCH.search(stem)
    if thing and such and not many:
        return f"{stem[:1].upper()}{stem[1 : such.end('such')]} {bare_name(thing)}{stem[such.end() :]}?"
    if named and names_of_contrast(question):
        return question
    stem = f"{stem[:1].upper()}{stem[1:]}"
    if len(named) > 1:
        return f"{stem}: {' or '.join(named)}?"
    topic = [word for word in _uncapitalised(asks) if word.lower() not in stem.lower()][:6]
    return f"{stem} ({' '.join(topic)})?" if topic else question


def _is_person(pronoun: re.Match[str] | None) -> bool:
    """Tell whether a pronoun stands for a person alone."""
    return pronoun is not None and pronoun[0].lower() in ("he", "she", "him", "his", "her")


def _says_little(question: str) -> bool:
    """Tell whether a question asks only who or what does something, of a thing that stands elsewhere: "who disagrees?"."""
    stem = _bare_stem(question)
    rest = stem.split()[2:]
    named = re.match(r"(?:what|how) (?:about|of)\b", stem, re.I) or any(
        word[:1].isupper() or word.endswith("s") for word in rest
    )
    thing = any(thing_in(question, many=many) for many in (False, True)) or _PRONOUN.search(question)
    return not named and not thing and len(content_words(question)) < 3 and order_of(question) == "names"


def bare_name(thing: str) -> str:
    """Return a thing without its article: "the average" -> "average"."""
    return re.sub(r"^(?:an?|the)\s+", "", thing, flags=re.I)


def _uncapitalised(text: str) -> list[str]:
    """Return the words that carry meaning, one that only begins a sentence with a small letter: else it reads as a name."""
    begins = {text[start:end].split()[0] for start, end in sentence_spans(text)}
    return [word.lower() if word in begins and word.istitle() else word for word in content_words(text)]


def parts_of(question: str) -> tuple[str, ...]:
    """Split several questions in one; a later part that leans on the first is completed from it."""
    parts: list[str] = []
    before: list[str] = []
    for piece in asked_in(question):
        asks = asking(piece)
        for n, half in enumerate(cut := halves(asks)):
            half = f"{half.rstrip('?.! ')}?" if len(cut) > 1 else half
            half = _standing(half, before) if before else half
            half = f"{half[:1].upper()}{half[1:]}" if len(cut) > 1 else half
            before.append(half if n else piece.removesuffix(asks) + half)
            parts.extend(both_sides(before[-1]) or before[-1:])
    return tuple(parts) or (question,)


def _standing(part: str, before: Sequence[str]) -> str:
    """Complete a part that leans on one before it: on the nearest that names a thing, else on the first."""
    nearest = order_of(part) == "bare" or (_TAKES_UP.search(part) and _names(before[-1]))
    lead = lead_of(part)
    whole = complete(part.removeprefix(lead), before[-1 if nearest else 0])
    return part if lead and whole.endswith(")?") else f"{lead}{whole}"


def _names(question: str) -> bool:
    """Tell whether a question names a thing that a pronoun behind it may stand for."""
    return bool(topic_of(question) or thing_in(question, many=False) or thing_in(question, many=True))


def _is_follow_up(question: str) -> bool:
    if _FOLLOW_UP.match(question):
        return len(content_words(question)) < 5 or bool(_PRONOUN.search(question))
    if topic_of(question) and not _PRONOUN.search(question):
        return False
    return (
        len(content_words(question)) < 2
        or _says_little(question)
        or (bool(_PRONOUN.search(question)) and len(content_words(question)) < 6)
        or (bool(_SAME.search(question)) and not re.search(r"\b(?:and|or|as)\b", question, re.I))
    )


def _moved(question: str, before: str) -> str | None:
    """Read "and in India?" as the question before, asked of India; "what about Poland?" likewise."""
    match = _PLACE.fullmatch(question.strip(" ?.!"))
    whole = before.rstrip("?.! ")
    if match:
        last = re.search(rf"\s{match[1]}\s+(?:the\s+)?[^\s,]+(?:\s+[^\s,]+)?(?=,|$)", whole, re.I)
        head, tail = (whole[: last.start()], whole[last.end() :]) if last else (whole, "")
        return f"{head} {match[1].lower()} {match[2].strip()}{tail}?"
    rest = _ABOUT.sub("", question).strip(" ?.!")
    asked = whole.split(" (")[0]  # not the words a follow-up was completed with
    names = re.findall(r"(?<=\s)(?:the )?[A-Z][^\W\d_]+(?: [A-Z][^\W\d_]+)*", asked)
    if rest[:1].isupper() and len(rest.split()) <= 3 and len(names) == 1 and not names_of_contrast(names[0]):
        article = "the " if re.search(rf"\bthe {re.escape(rest)}", question) else ""
        return f"{whole.replace(names[0], article + rest)}?"
    return None


def topic_of(question: str) -> str | None:
    """Return the thing a question is about, as it names it: "What is the attrition rate in BPO?" -> "the attrition rate in BPO"."""
    match = _TOPIC.fullmatch(question.strip())
    thing = match["thing"].strip() if match else ""
    long = len(thing.split()) > MAX_TOPIC
    said = STATE.match(thing) or re.fullmatch(r"[Ww]ho is [a-z]+\W*", question.strip())  # "who is exempt?"
    joined = re.search(r"\b(?:and|or|vs)\b", thing)
    return None if not thing or long or said or joined or _PRONOUN.search(thing) else thing


def _another_side(question: str, before: str) -> str | None:
    """Read "and the disadvantages?" after "What are the benefits of BPO?" as "What are the disadvantages of BPO?"."""
    rest = _ABOUT.sub("", question).strip(" ?.!")
    match = _OF.match(before)
    if match is None or not re.fullmatch(r"(?:[\w-]+ )?[\w-]+s", rest) or _PRONOUN.search(rest):
        return None
    return f"{match['asks']}the {rest} {match['of']}?"


def _another_of_its_kind(question: str, before: str) -> str | None:
    """Read "and hourly pricing?" after "What is unit pricing?" as "What is hourly pricing?"."""
    rest, thing = _ABOUT.sub("", question).strip(" ?.!"), topic_of(before)
    words = rest.lower().split()
    alike = thing is not None and words[-1:] == thing.lower().split()[-1:] and 1 < len(words) <= MAX_TOPIC
    alike = alike or (thing is not None and len(words) == 1 and rest.isupper() and thing.isupper())
    return before.replace(thing, rest) if thing and alike else None


def _exchange(question: str, before: str) -> str | None:
    """Read "what about KPO?" as the question before with the other term in it."""
    rest = _ABOUT.sub("", question).strip(" ?.!")
    for group in CONTRASTS:
        there = [pair for pair in group if re.search(rf"\b(?:{pair[1]})\b", before, re.I)]
        if _OTHER.fullmatch(rest) and len(there) == 1:  # a group begins with the two that are contrasted most
            other = next(name for name, _ in group if name != there[0][0])
            return re.sub(rf"\b(?:{there[0][1]})\b", other, before, flags=re.I)
        for name, pattern in group:
            if re.fullmatch(pattern, rest, re.I):
                others = [other for other, _ in group if other != name]
                present = [
                    (other, p)
                    for other, p in group
                    if other in others and re.search(rf"\b(?:{p})\b", before, re.I)
                ]
                if len(present) == 1:
                    return re.sub(rf"\b(?:{present[0][1]})\b", name, before, flags=re.I)
    return None
