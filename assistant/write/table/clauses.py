"""Cut a sentence that contrasts two subjects into a clause for each, and tell whether words stand by themselves."""

import re
from collections.abc import Iterator

from assistant.text.lexicon.contrasts import Contrast, Named, named
from assistant.text.lexicon.lexicon import word_set
from assistant.text.words import stem, tokens

Span = tuple[int, int]
MAX_CLAUSE, MAX_SENTENCE = 35, 42  # words
BEFORE = 5  # words that may stand before the subject of a clause: "Entry-level jobs in BPO ..."
_CUTS = (  # the surer first
    re.compile(r",?\s+(?:while|whereas|whilst)\s+|;\s+(?:while\s+|whereas\s+|but\s+|and\s+)?", re.I),
    re.compile(r",\s+(?:but|and)\s+", re.I),
)
_OPENER = re.compile(r"(?:while|whereas|whilst|although|though)\s+", re.I)
_LABEL = re.compile(r"([A-Z][\w' -]{1,40}):\s+(?=\S)")
_LEANS = re.compile(
    r"^(?:it|its|they|their|he|she|this|that|these|those|such|another|others?|both|neither|also|but|and|so|yet|or|"
    r"nor|because|in addition|in contrast|by contrast|similarly|moreover|furthermore|meanwhile|then|still|instead|"
    r"as a result|for example|for instance|indeed|finally|first|second|consequently|accordingly|for|here|there|one|two|three|the (?:former|latter|same|rest|others?|second|two|three|result))\b"
    r"|\b(?:therefore|thus|hence|however|nevertheless|nonetheless|likewise|oddly|too|also|these|those|this(?! article)|former|latter|"
    r"that (?:view|kind|way|case|reason|sort|claim)|as well|above|below|following|the same|such (?!as\b)\w+)\b",
    re.I,
)
_SAID = re.compile(
    r"\baccording to\b|\b(?:says?|said|adds|added|argue[sd]?|claim(?:s|ed)?|insist(?:s|ed)?|warn(?:s|ed)?|"
    r"suggest(?:s|ed)?|estimate[sd]?|recall(?:s|ed)|conclude[sd]?|contends?|maintains?|believe[sd]?|thinks?|"
    r"calls|called|describe[sd]?|wrote|writes|expects?|expected|predict(?:s|ed)?|forecast(?:s|ed)?|ties|promises)\b"
    r"|\b(?:view|opinion)\b|\bthe (?:author|article|post|source|writer|page|survey|study)\b",
    re.I,
)
_ABOUT_SOURCES = re.compile(
    r"^(?:(?:the|an?|one|no|many|most|several|some|other|few|two)\s+)?(?:[\w-]+\s+){0,2}?(?:articles?|authors?|posts?|"
    r"tables?|pages?|sources?|labels?|terms?|statements?|claims?|comparisons?|descriptions?|phrases?|writers?|texts?|"
    r"definitions?|abbreviations?|sections?|lists?|explainers?|links?|figures?)\b",
    re.I,
)
_ABOUT_ITSELF = re.compile(
    r"^(?:after\s+)?(?:the|this)\s+(?:[\w-]+\s+){0,2}?(?:articles?|authors?|posts?|tables?|pages?|labels?|terms?|"
    r"comparisons?|lists?|sections?)\b",
    re.I,
)
_DOUBTS = re.compile(
    r"\b(?:myths?|false|untrue|wrong|errors?|mistakes?|misconceptions?|fallac\w+|fictions?|rumours?)[\w ]*:\s*$",
    re.I,
)
_LIMITS = re.compile(
    r"\b(?:if|unless|when|whenever|where|once|until|provid(?:ed|ing)|(?:as|so) long as|in case|assum\w+|suppos\w+|depend\w*|"
    r"subject to|on condition|except\w*|other than|apart from|save for|excluding|but for|only|would|was to|were to|"
    r"meant to|about to|no longer|used to|formerly|in theory|on paper|in principle)\b",
    re.I,
)
_LEADS_IN = word_set("prepositions") | word_set("subordinators")
_AUXILIARY = word_set("auxiliaries")
_VERBS = frozenset(stem(word) for word in word_set("verbs"))
_ENDS_SUBJECT = frozenset([",", ";", ":", "(", "who", "which", "that", "where", "when"])
_NOT_BEFORE_VERB = frozenset(
    ["a", "an", "the", "of", "its", "their", "his", "her", "in", "for", "by", "with", "from"]
)
VERB_WITHIN = 7  # words after the side, in which its verb must come
_JOINTS = re.compile(
    r"\b(?:while|whereas|whilst|unlike|than|but|although|in contrast|by contrast|on the other hand|instead of|"
    r"(?:twice|times|much) as)\b|;",
    re.I,
)
_CLAUSE_START = re.compile(
    r"\b(?:that|whether|while|whereas|whilst|unlike|than|but|although|as)\b|[,;:]", re.I
)
_LINE = re.compile(
    r"\b(?:differ\w*|lines?|distinction|contrast)\b[^.]{0,30}\bbetween (?:an? |the )?\u00a7[^.]{0,20} and (?:an? |the )?\u00a7"
    r"|\u00a7(?: \w+)? and (?:an? |the )?\u00a7(?: \w+)? (?:differ|are different)"
    r"|\b(?:separates?|distinguish\w*) (?:an? |the )?\u00a7[^.]{0,20} from (?:an? |the )?\u00a7",
    re.I,
)
_WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")


def cut(text: str, contrast: Contrast, sides: tuple[str, str]) -> tuple[Span, Span] | None:
    """Return the (start, end) of the clause about each side, in the order of `sides`.

    Only where each clause names one side, as its subject, says something by itself and is not part of what
    somebody says or of what is supposed; otherwise None.
    """
    if said_by_somebody(_without_sides(text, contrast)) or text.endswith("?"):
        return None
    for left, right in _places(text):
        spans = {}
        for start, end in (left, right):
            clause = text[start:end]
            found = named(clause, contrast)
            terms = {item.term for item in found}
            if len(terms) == 1 and _is_clause(clause, found[0], first=start == left[0]):
                spans[found[0].term] = (start, end)
        tail = text[right[0] : right[1]].partition(",")[2]  # may hold for both clauses
        if set(spans) == set(sides) and not limits(tail) and not doubts(text[: left[0]]):
            return spans[sides[0]], spans[sides[1]]
    return None


def limits(text: str) -> bool:
    """Tell whether words limit what stands beside them: a condition, an exception, an aim, an end."""
    return bool(_LIMITS.search(text))


def doubts(label: str) -> bool:
    """Tell whether words before a colon take back or attribute what follows: "Myth:", "Critics say:"."""
    return bool(_DOUBTS.search(label)) or said_by_somebody(label)


def _without_sides(text: str, contrast: Contrast) -> str:
    """Leave out the sides and the verb after each, so that "outsourcing says who" is nobody's statement."""
    for item in reversed(named(text, contrast)):
        text = text[: item.start] + re.sub(r"^\s+\w+", "", text[item.end :])
    return text


def _places(text: str) -> Iterator[tuple[Span, Span]]:
    """Yield the ways to part a sentence in two, signs and joining words left out."""
    label = _LABEL.match(text)
    start = label.end() if label else 0
    opener = _OPENER.match(text, start)
    if opener:
        for comma in re.finditer(r",\s+", text):
            yield (opener.end(), comma.start()), (comma.end(), len(text))
        return
    for kind in _CUTS:
        for joint in kind.finditer(text, start):
            yield (start, joint.start()), (joint.end(), len(text))


def _is_clause(clause: str, mention: Named, *, first: bool) -> bool:
    words = _WORD.findall(clause)
    if not 3 <= len(words) <= MAX_CLAUSE or leans(clause) or clause.count("(") != clause.count(")"):
        return False
    before = _WORD.findall(clause[: mention.start].lower())
    if first and any(word.endswith("ly") and len(word) > 4 for word in before):
        return False  # "Typically BPO ..., while KPO ...": the adverb may hold for both
    return subject_first(clause, mention)


def subject_first(text: str, mention: Named) -> bool:
    """Tell whether a clause begins with the subject named and its verb follows: "Entry-level BPO jobs need ..."."""
    before = _WORD.findall(text[: mention.start].lower())
    if before[:1] == ["in"] and len(before) <= 2:
        return has_verb(text[mention.end :])
    if len(before) > BEFORE or re.search("[,;:(]", text[: mention.start]):
        return False
    if before[:1] and before[0] in _LEADS_IN:
        return False
    if set(before) & (_LEADS_IN - {"of", "in"} | _AUXILIARY | {"and", "or"}) or any(
        stem(word) in _VERBS for word in before[1:]
    ):
        return False
    return has_verb(text[_past_brackets(text, mention.end) :])


def has_verb(text: str) -> bool:
    """Tell whether the words after a subject go on with a verb, before a comma or a relative clause."""
    words = [token for token in tokens(text) if token.low not in (")", '"', "-")]
    for at, token in enumerate(words[:VERB_WITHIN]):
        if token.low in _ENDS_SUBJECT:
            return False
        if token.low in _AUXILIARY:
            return True
        if token.stem in _VERBS and (at == 0 or words[at - 1].low not in _NOT_BEFORE_VERB):
            return True
        if at == 0 and token.low in _LEADS_IN:
            return False
    return False


def shares_subject(text: str, mention: Named) -> bool:
    """Tell whether something else is named with the side: "Front office and voice are different ideas"."""
    return bool(re.match(r"\W*(?:and|or|nor)\b", text[mention.end :]))


def _past_brackets(text: str, at: int) -> int:
    """Skip white space, a closing bracket and an abbreviation in brackets."""
    skipped = re.compile(r"[)\"'\u2019\u201d]*\s*(?:\([^()]{1,40}\)\s*)?-?").match(text, at)
    return skipped.end() if skipped else at


def makes_sense(text: str) -> bool:
    """Tell whether a sentence is short, no question, about the matter, and readable without its neighbours."""
    within = 4 <= len(_WORD.findall(text)) <= MAX_SENTENCE
    return within and not text.endswith(("?", ":")) and not leans(text) and not is_about_sources(text)


def first_clause(text: str, mention: Named) -> int:
    """Return where the clause of a lone subject ends, if another clause is set against it, else the text's end."""
    joint = re.search(r",\s+(?:while|whilst)\s+|,?\s+whereas\s+|;\s+", text[mention.end :], re.I)
    if (
        joint is None
        or said_by_somebody(text)
        or limits(text[mention.end + joint.start() :])
        or len(_WORD.findall(text[: mention.end + joint.start()])) < 4
    ):
        return len(text)
    return mention.end + joint.start()


def sets_apart(text: str, contrast: Contrast, sides: tuple[str, str]) -> bool:
    """Tell whether a sentence sets one side against the other: around "whereas", "than" and the like, or clause by
    clause with one verb ("ITO covers technology, BPO covers processes")."""
    found = [item for item in named(text, contrast) if item.term in sides]
    for joint in _JOINTS.finditer(text):
        before = [item for item in found if item.end <= joint.start()]
        after = [item for item in found if item.start >= joint.end()]
        if (
            not before and len(after) > 1 and "," in text[after[0].end : after[1].start]
        ):  # "Unlike BPO, KPO ..."
            before, after = after[:1], after[1:]
        if before and after and before[-1].term != after[0].term:
            return any(_opens_clause(text, item) for item in (before[-1], after[0]))
    following: dict[str, set[str]] = {side: set() for side in sides}
    for item in found:
        after_it = _WORD.match(text, _past_brackets(text, item.end))
        if after_it and stem(after_it[0]) in _VERBS:
            following[item.term].add(stem(after_it[0]))
    return bool(following[sides[0]] & following[sides[1]])


def _opens_clause(text: str, mention: Named) -> bool:
    starts = [match.end() for match in _CLAUSE_START.finditer(text, 0, mention.start)]
    return len(_WORD.findall(text[max(starts, default=0) : mention.start])) <= BEFORE


def draws_line(text: str, contrast: Contrast) -> bool:
    """Tell whether a sentence speaks of the difference itself: "draws the line between X and Y"."""
    for item in reversed(named(text, contrast)):
        text = f"{text[: item.start]}\u00a7{text[item.end :]}"
    return bool(_LINE.search(text))


def leans(text: str) -> bool:
    """Tell whether words point at others before or after them ("this", "therefore", "the former")."""
    return bool(_LEANS.search(text))


def said_by_somebody(text: str) -> bool:
    """Tell whether a sentence is, in whole or in part, what somebody says or expects."""
    return bool(_SAID.search(text))


def is_about_sources(text: str) -> bool:
    """Tell whether a sentence speaks of articles, authors, words or tables rather than of the matter."""
    return bool(_ABOUT_SOURCES.match(text))


def is_about_itself(text: str) -> bool:
    """Tell whether a sentence speaks of the article that holds it, or of another one's make-up."""
    return bool(_ABOUT_ITSELF.match(text))


def label_of(text: str) -> str | None:
    """Return the label in front of a list item: "Skills: BPO needs ..." gives "Skills"."""
    label = _LABEL.match(text)
    return label[1] if label else None
