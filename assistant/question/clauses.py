"""Read the clauses of a question: where one ends and the next begins, and what one takes over from another."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from assistant.text.lexicon.lexicon import word_set
from assistant.text.lexicon.synonyms import irregular_participles

# verb: "is it ...?"; asks: "where is it?"; names: "who pays?"; told: "where it is"; bare: "by when?"
Order = Literal["verb", "asks", "names", "told", "bare"]

_BE = r"(?:is|are|was|were)"
_AUX = (
    rf"(?:(?:{_BE}|do|does|did|can|could|should|will|would|may|might|must|shall|has|have|had|wo)(?:n['’]t)?"
    r"|cannot)(?![\w'’-])"
)
_FROM = r"(?:by|until|till|since|from|for|at|in|on|to|with|under|within|after|before|about|of|against)"
_WH = r"(?:what|which|who|whom|whose|when|where|why|how)"
ASKS = rf"(?:(?:{_FROM}\s+)?{_WH}(?![\w-])|{_AUX})"
_SUBJECT = (
    r"(?:it|its|they|he|she|i|we|you|one|there|this|that|these|those|an?|the|my|our|your|their|his|her)\b"
)
_OPENS = re.compile(
    rf"(?:(?P<wh>(?:{_FROM}\s+)?(?:(?P<when>when|where|why|whom)|who|(?P<what>what|which|whose|how)"
    rf"(?P<noun>(?:\s+(?:of\s+{_SUBJECT}|(?!{_AUX}|{_SUBJECT}|to\b)[\w'’-]+)){{0,4}}?)))\s+)?"
    rf"(?P<aux>{_AUX})(?P<rest>(?:\s.+)?)$",
    re.I,
)
_TOLD = re.compile(
    rf"(?:{_FROM}\s+)?(?:{_WH}|how\s+\w+)\s+{_SUBJECT}|(?:which|whose|how)(?:\s+[\w'’-]+){{1,2}}?\s+(?:it|they|he|she|i|we|you)\b"
    r"|(?:when|where|why)\s+(?!to\b)\w",
    re.I,
)
_BARE = re.compile(
    rf"(?:(?:{_FROM}\s+)?(?:when|where|why|whom|how(?:\s+(?!(?:to|about)\b)[\w-]+){{0,2}})|why not"
    rf"|{_FROM}\s+(?:what|which|whose|who)(?:\s+[\w-]+){{0,2}}|what\s+(?:time|day|date)|which\s+(?:ones?|day|date))[?.! ]*",
    re.I,
)
_NAMES = re.compile(
    rf"(?:what|how) about\s|(?:{_FROM}\s+)?{_WH}\s+(?!(?:{_FROM}(?<!to)(?<!of)|as)\b|(?-i:[A-Z])\S*$)\w", re.I
)
_BY_HOW_MUCH = re.compile(r"by how (?:much|many|far)\b", re.I)  # asks about both of two
_BOTH = re.compile(
    rf"(?:\s*[,;]\s*|\s+[-–—]+\s*|\s+)(?:and|but)\s+(?:(?:also|then)\s+)?(?:if (?:so|yes|not),?\s+)?(?={ASKS})"
    rf"|(?P<comma>\s*[,;:]\s*)(?={ASKS})",
    re.I,
)
_GOES_ON = re.compile(rf"{_AUX}\s+(?:be|been|have|not|also|still|only|always|never|already)\b", re.I)
_JOINS = re.compile(r"^(?:and|but|so|then|also)\s+", re.I)
_EFFORT = re.compile(r"\b(?:it|that|this)(?P<verb>\s+(?:cost|take))[?.! ]*$", re.I)
_DOING = re.compile(
    rf"\b{_AUX}\s+(?:i|we|you|one|it (?:cost|take) to)\s+(?:(?:have|need) to\s+)?(?P<act>[^,;:?]+)", re.I
)
_CONDITION = re.compile(r"\b(?:when|if|while|once|because|which)\b", re.I)
_INNER = re.compile(r"\b(?:what|who|whom|whose|how|why|where|whether)\b", re.I)
_NUMBER = re.compile(rf"(?:^|(?<=\s))(?:\(?(\d{{1,2}}|[a-h])[.)]|[-*•])\s+(?={ASKS})", re.I)
_SHORTENED = re.compile(r"\b(what|who|where|when|how)['’]s\b", re.I)
_PLURAL = re.compile(r"(?:.*[^siu]s|.*\b(?:people|children|men|women))", re.I)
_DEGREE = re.compile(r"\s+(?:much|many)\b", re.I)
_INDEFINITE = re.compile(r"(?:an?|any)\s+", re.I)

_DENIED = {"can": "can't", "will": "won't"} | {
    word: f"{word}n't"
    for word in [
        "is",
        "are",
        "was",
        "were",
        "do",
        "does",
        "did",
        "has",
        "have",
        "had",
        "could",
        "should",
        "would",
        "must",
    ]
}
_OPEN_WORDS = word_set("stop") | frozenset(["i", "me", "us", "him", "please", "if"])
_PARTICLES = frozenset(  # that go with a verb: "do the people come along"
    ["along", "away", "back", "down", "in", "off", "on", "out", "over", "through", "up"]
)
_DETERMINERS = re.compile(r"(?:an?|the|my|our|your|every|each|any)", re.I)
_STATES = irregular_participles() | frozenset(
    ["open", "closed", "due", "valid", "free", "available", "allowed"]
)
STATE = re.compile(  # what is said of a thing, no thing: "covered by the policy"
    rf"(?:not\s+)?(?:[a-z]\w*ed|{'|'.join(sorted(_STATES))})(?=\s*$|\s+{_FROM}\b)"
)
MOST = 5  # words of the name of a thing behind "the"


def asked_in(text: str) -> list[str]:
    """Return the questions that stand behind each other in a text, numbers of a list left out."""
    numbers = list(_NUMBER.finditer(text))
    if len(numbers) > 1 and numbers[0][1] in (None, "1", "a", "A"):
        text = _NUMBER.sub("\n", text)
    return [piece.strip() for piece in re.split(r"(?<=\?)\s+|\n", text) if re.search(r"\w", piece)]


def halves(asked: str) -> list[str]:
    """Return the questions that are joined in a sentence, as worded: "What is it and who pays?"; it alone where it is one.

    What is said before all of them ("If I leave early, what ...") stands before each.
    """
    sentence = long_form(asked)
    cuts = [match for match in _BOTH.finditer(sentence) if match.start()]
    ends = [*(match.start() for match in cuts), len(sentence)]
    found, lead = sentence[: ends[0]], ""
    parts: list[str] = []
    order = order_of(found)
    for cut, end in zip(cuts, ends[1:], strict=True):
        piece = sentence[cut.end() : end]
        own = order_of(piece)
        if not parts and cut["comma"] and (order is None or (order == "told" and own in ("asks", "verb"))):
            lead, found, order = sentence[: cut.end()], piece, own
        elif ":" not in cut[0] and _parts(found, order, piece, own, comma=bool(cut["comma"])):
            parts.append(found)
            found = piece
        else:
            found += sentence[cut.start() : end]
    parts.append(found)
    if len(parts) == 1:
        return [asked]
    parts = [part.strip(" ,;") for part in parts]
    return [part if order_of(part) == "bare" else lead + part for part in parts]


def order_of(clause: str) -> Order | None:
    """Return how the words of a question stand; None for other text."""
    clause = clause.strip(" ,;")
    if _BARE.fullmatch(clause):
        return "bare"
    if match := _OPENS.match(clause):
        if not match["wh"]:
            return "verb"
        named = bool(re.match(rf"\s+(?:{_SUBJECT}|(?-i:[A-Z]))", match["rest"], re.I))
        by_do = match["aux"].lower().startswith("d") and match["what"]
        adverb = match["when"] or match["wh"].lower() == "how" or not re.match(_WH, match["wh"], re.I)
        return "asks" if named or by_do or adverb else "names"
    if _TOLD.match(clause):
        return "told"
    return "names" if _NAMES.match(clause) else None


def long_form(question: str) -> str:
    """Return a question without its closing mark, "what's" written as "what is"."""
    return _SHORTENED.sub(r"\1 is", question.strip(" ?.!"))


def lead_of(question: str) -> str:
    """Return the words before the first question of a sentence: "If I leave early, "."""
    comma = next((match for match in _BOTH.finditer(question) if match["comma"]), None)
    order = order_of(question[: comma.start()]) if comma else "asks"
    return question[: comma.end()] if comma and order in (None, "told") else ""


def _parts(before: str, order: Order | None, piece: str, own: Order | None, *, comma: bool) -> bool:
    """Tell whether a clause is a question beside the one before it, not a part of that."""
    if None in (order, own) or order == "bare" or _BY_HOW_MUCH.match(piece):
        return False
    if order == "told" or own == "told":
        return order == own or (order == "told" and own in ("bare", "names"))
    if own == "verb":
        return bool(re.match(rf"{_AUX}\s+(?:{_SUBJECT}|(?-i:[A-Z]))", piece, re.I)) or (
            order != "names" and not comma and not _GOES_ON.match(piece)
        )
    return own == "asks" or not (_INNER.search(before, 4) or (comma and own == "names"))


def taken_over(question: str, before: str) -> str | None:
    """Complete a question of bare words from the one before: "by when?" after "What must I sign?"; None for any other.

    "Who can apply and who cannot?" is such a question too.
    """
    words = re.sub(r"^how (?:come|so)$", "why", _JOINS.sub("", question.strip(" ?.!")), flags=re.I)
    if before and (whole := _denied(words, before)):
        return whole
    denied = re.fullmatch(rf"(?:what|who|which)\s+{_AUX}(?:\s+not)?", words, re.I)
    if not before or not (denied or _BARE.fullmatch(words)):
        return None
    lead = lead_of(before)
    asked = long_form(before[len(lead) :])
    match = _OPENS.match(asked)
    if match and denied:
        return _as_written(f"{lead}{words} {match['rest'].strip()}?")
    is_thing = match and re.fullmatch(rf"(?:what|who)\s+{_BE}", asked[: match.end("aux")], re.I)
    if match is None or (is_thing and order_of(asked) == "asks"):
        return _as_written(f"{words}: {before[:1].lower()}{long_form(before)[1:]}?")
    return _as_written(f"{lead}{_with_noun(words, match, match['aux'].lower(), match['rest'].strip())}?")


def _denied(words: str, before: str) -> str | None:
    """Read "what not?" after "What is covered?" as "What isn't covered?"; None for any other."""
    bare = re.fullmatch(rf"({_WH})(?:\s+ones?)?\s+not", words, re.I)
    lead = lead_of(before)
    match = _OPENS.match(long_form(before[len(lead) :]))
    if bare is None or match is None or match["aux"].lower() not in _DENIED or bare[1].lower() == "why":
        return None
    noun = f" {match['noun'].strip()}" if match["noun"] and match["what"].lower() != "how" else ""
    return _as_written(f"{lead}{bare[1]}{noun} {_DENIED[match['aux'].lower()]}{match['rest']}?")


def with_noun(question: str, before: str) -> str | None:
    """Read "which do we keep?" after "Which tasks do we hand over?" as "Which tasks do we keep?"; None for any other."""
    bare = re.match(
        rf"(?P<which>which)(?:\s+ones?)?\s+(?P<asks>(?P<aux>{_AUX}).*)", _JOINS.sub("", question), re.I
    )
    match = _OPENS.match(long_form(before))
    if bare is None or match is None or not match["noun"] or match["what"].lower() not in ("which", "what"):
        return None
    noun, many = match["noun"].strip(), re.fullmatch("are|were|do|have", bare["aux"], re.I)
    if re.fullmatch("is|was|does|has", bare["aux"], re.I) and _is_many(f"the {noun}"):
        noun = f"of the {noun}"
    noun = f"{noun}s" if many and not _is_many(f"the {noun}") else noun
    return _as_written(f"{bare['which']} {noun} {bare['asks'].rstrip('?.! ')}?")


def with_act(question: str, before: str) -> str | None:
    """Read "what does that cost?" after "Can I bring a dog?" as "what does it cost to bring a dog?"; None for any other."""
    effort, doing = _EFFORT.search(question), _DOING.search(before)
    if effort is None or doing is None or _INNER.search(doing["act"]):
        return None
    return _as_written(f"{question[: effort.start()]}it{effort['verb']} to {doing['act'].strip(' .!')}?")


def _as_written(question: str) -> str:
    """Return a question without a joining word before it, with a capital."""
    bare = _JOINS.sub("", question)
    return f"{bare[:1].upper()}{bare[1:]}"


def _with_noun(words: str, match: re.Match[str], aux: str, rest: str) -> str:
    """Ask "how often?" of "How much water does it need?" as "how often does it need water"."""
    noun = (match["noun"] or "").strip()
    if noun.startswith("of "):
        return f"{words} {aux} one {noun} {rest}"
    if (match["what"] or "").lower() == "how":
        noun = _DEGREE.sub("", f" {noun}").strip() if _DEGREE.match(f" {noun}") else ""
    article = "" if _DEGREE.match(f" {match['noun'] or ''}") and "much" in match["noun"].lower() else "the "
    if order_of(match[0]) == "names":
        someone = {"who": "someone", "which": "one"}.get(match["wh"].lower(), "something")
        return f"{words} {aux} {article + noun if noun else someone} {rest}"
    if not match["wh"] and re.fullmatch(r"how (?:much|many)", words, re.I):
        return _counted(words, aux, rest)
    if not noun or re.fullmatch(_BE, aux, re.I):
        return f"{words} {aux} {rest}"
    near = [at for at in re.finditer(rf"\s{_FROM}\b", rest, re.I) if len(rest[: at.start()].split()) > 1]
    at = near[0].start() if near else len(rest)
    return f"{words} {aux} {rest[:at]} {article}{noun}{rest[at:]}"


def _counted(words: str, aux: str, rest: str) -> str:
    """Ask "how much" of "is a deposit needed" as "how much deposit is needed"."""
    for start, end in _things(f"{aux} {rest}"):
        start, end = start - len(aux) - 1, end - len(aux) - 1
        article = _INDEFINITE.match(rest[start:end])
        if article:
            left = " ".join(f"{aux} {rest[:start]}{rest[end:]}".split())
            return f"{words} {rest[start + article.end() : end]} {left}"
    return f"{words} {aux} {rest}"


def thing_in(question: str, *, many: bool) -> str | None:
    """Return what "it", or with `many` "they", may stand for behind a question: the first thing it names."""
    text = long_form(question)
    for ends in (_INNER, _CONDITION):
        text = text[: at.start()] if (at := ends.search(text, 4)) else text
    named = [text[start:end] for start, end in _things(text)]
    opens = _OPENS.match(text)
    if opens and opens["noun"] and (opens["what"].lower() != "how" or _DEGREE.match(opens["noun"])):
        noun = _DEGREE.sub("", opens["noun"]).strip()
        named.insert(0, noun[3:] if noun.startswith("of ") else f"the {noun}")
    if opens and (plain := re.match(r"\s*(\w+s)\b", opens["rest"])) and many:
        named.insert(0, plain[1])
    fit = [re.sub(r"^(?:an?|any)\b", "the", name, flags=re.I) for name in named if _is_many(name) == many]
    return fit[0] if fit else None


def _is_many(name: str) -> bool:
    head = re.split(r"\s(?:of|for)\s", name)[0]
    return not re.match(r"(?:an?|every|each)\b", name, re.I) and bool(_PLURAL.fullmatch(head))


def _things(text: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of each "the ..." of a question, without a verb that stands right behind it."""
    words = list(re.finditer(r"[\w'’-]+|[^\w\s]", text))
    for n, word in enumerate(words):
        if not _DETERMINERS.fullmatch(word[0]) or (n and re.fullmatch(_FROM, words[n - 1][0], re.I)):
            continue
        last = _run(words, n + 1)
        if last == n:
            continue
        acts = _acts(words, n)
        last = _without_verb(words, n, last, acts=acts)
        if last + 1 < len(words) and words[last + 1][0].lower() in ("of", "for"):
            further = last + 2 + bool(words[last + 2 :] and _DETERMINERS.fullmatch(words[last + 2][0]))
            end = _run(words, further)
            last = _without_verb(words, further - 1, end, acts=acts) if end >= further else last
        yield word.start(), words[last].end()


def _acts(words: Sequence[re.Match[str]], n: int) -> bool:
    """Tell whether a verb has to follow the thing that begins at word n: "does the ferry ...", "if the alarm ..."."""
    before = words[n - 1][0] if n else ""
    return before.lower() in ("if", "when") or bool(re.fullmatch(f"(?!{_BE}){_AUX}", before, re.I))


def _run(words: Sequence[re.Match[str]], first: int) -> int:
    """Return the last of the words from `first` on that name or tell something."""
    last = first - 1
    while last + 1 < min(len(words), first + MOST):
        word = words[last + 1][0].lower()
        if word in _OPEN_WORDS or not word[0].isalnum():
            break
        last += 1
    return last


def _without_verb(words: Sequence[re.Match[str]], n: int, last: int, *, acts: bool) -> int:
    """Leave out a verb or state behind a thing: "does the ferry leave", "is the key kept"."""
    while acts and last - n > 2 and words[last][0].lower() in _PARTICLES:
        last -= 1
    final = words[last][0].lower()
    after = words[last + 1][0].lower() if last + 1 < len(words) else ""
    follows = acts and after not in ("be", "been", "have", "of")
    state = final.endswith("ed") or final in _STATES
    return last - 1 if last - n > 1 and (follows or state) else last
