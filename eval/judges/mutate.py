"""Break true sentences in known ways: exchanged subjects, changed figures, turned polarity, other names."""

import random
import re
from collections.abc import Callable, Sequence

SWAPS = {"BPO": "KPO", "Business Process": "Knowledge Process", "business process": "knowledge process"}
SWAPS |= {new: old for old, new in SWAPS.items()}
DIRECTIONS = """
more/less higher/lower high/low increase/decrease rises/falls raised/cut before/after easy/hard agree/disagree
includes/excludes better/worse large/small most/least all/no longer/shorter broader/narrower over/under
often/rarely lower/higher low/high less/more small/large hard/easy
"""
TURNS = [tuple(pair.split("/")) for pair in DIRECTIONS.split()]
VERBS = r"(is|are|was|were|can|may|should|must|has|have|will|could)"
PLAIN_VERBS = (
    "needs", "covers", "aims", "offers", "relies", "requires", "takes", "means", "says", "serves", "stresses",
    "looks", "uses", "handles", "focuses", "involves", "supplies", "follows", "adds", "describes",
)  # fmt: skip
Mutation = Callable[[str, random.Random], str | None]


def swap_subjects(text: str, _: random.Random) -> str | None:
    """Exchange BPO and KPO, long forms included, where that changes the meaning."""
    if re.search(
        r"compar(?:e|ing|ison)|different from|differences? between|contrasts|split into|like-for-like", text
    ):
        return None
    if re.search(r"(?i)process outsourcing", text) and len(set(re.findall(r"\b[BK]PO\b", text))) == 1:
        return None  # a term and its own long form, exchanged together, are true again
    changed = re.sub("|".join(SWAPS), lambda match: SWAPS[match.group()], text)
    return changed if _unordered(changed) != _unordered(text) else None


def _unordered(text: str) -> str:
    """Write "KPO or BPO" as "BPO or KPO": exchanging the two there changes nothing."""
    pair = r"\b(KPO|BPO)(( staff| work| tasks)? (?:and|or)(?: the| in| of| for| to| is)* )(BPO|KPO)\b"
    return re.sub(pair, lambda m: "".join(sorted((m[1], m[4]))) + m[2], text)


def change_number(text: str, rng: random.Random) -> str | None:
    """Change one figure that is not a year."""
    spots = [m for m in re.finditer(r"(?<![\w.,])\d+(?:,\d{3})*(?:\.\d+)?(?![\w,]*\d)", text)]
    spots = [
        m
        for m in spots
        if not re.fullmatch(r"(19|20)\d\d", m.group()) and not re.match(r"[.)] [A-Z]", text[m.end() :])
    ]
    if not spots:
        return None
    spot = rng.choice(spots)
    value = float(spot.group().replace(",", ""))
    other = value * rng.choice([0.5, 2, 3]) if "." in spot.group() else value + rng.choice([1, 2, 5, 10, 20])
    shown = f"{other:.2f}" if "." in spot.group() else f"{other:,.0f}"
    return text[: spot.start()] + shown + text[spot.end() :]


def change_year(text: str, rng: random.Random) -> str | None:
    """Change one year."""
    spots = list(re.finditer(r"\b(19|20)\d\d\b", text))
    if not spots:
        return None
    spot = rng.choice(spots)
    return (
        text[: spot.start()] + str(int(spot.group()) + rng.choice([-7, -3, -1, 1, 2, 4])) + text[spot.end() :]
    )


def negate(text: str, rng: random.Random) -> str | None:
    """Add a negation, or drop the one that is there."""
    dropped = re.sub(r"\b(?:cannot)\b", "can", text, count=1)
    if dropped == text:
        dropped = re.sub(rf"\b{VERBS} not\b(?! only)", r"\1", text, count=1)
    if dropped == text:
        dropped = re.sub(r"\bdoes not (\w+)\b", r"\1s", text, count=1)
    if dropped == text:
        dropped = re.sub(r"\bdo not (\w+)\b", r"\1", text, count=1)
    if dropped != text:
        return dropped
    added = re.sub(rf"\b{VERBS}\b", r"\1 not", text, count=1)
    if added != text:
        return added
    verbs = [verb for verb in PLAIN_VERBS if re.search(rf"\b{verb}\b", text)]
    if not verbs:
        return None
    verb = rng.choice(verbs)
    base = (
        verb[:-2]
        if verb.endswith(("sses", "ches"))
        else verb[:-3] + "y"
        if verb.endswith("ies")
        else verb[:-1]
    )
    return re.sub(rf"\b{verb}\b", f"does not {base}", text, count=1)


def turn(text: str, rng: random.Random) -> str | None:
    """Turn one word of direction into its opposite."""
    spots = [(old, new) for old, new in TURNS if re.search(rf"\b{old}\b", text)]
    if not spots:
        return None
    old, new = rng.choice(spots)
    return re.sub(rf"\b{old}\b", new, text, count=1)


def drop_caution(text: str, _: random.Random) -> str | None:
    """Leave out a word of caution, or whose statement it is."""
    changed = re.sub(
        r",? (?:according to [^,.]+|(?:the article|the author|[A-Z]\w+)"
        r" (?:says|claims|argues|adds))(?:,|(?=\.))",
        "",
        text,
        count=1,
    )
    if changed == text:
        changed = re.sub(r"\b(?:may|might|could|can) (?=[a-z])", "will ", text, count=1)
    if changed == text:
        changed = re.sub(
            r" (?:often|usually|typically|mostly|mainly|sometimes|generally|seldom|tends? to)\b", "", text, count=1,
        )  # fmt: skip
    if changed == text:
        changed = re.sub(
            r"\b(?:[Aa]bout|[Nn]early|[Oo]ver|[Aa]round|an estimated) (?=\d)|\b(?:some|many|most) (?=[a-z])",
            "",
            text,
            count=1,
        )
    return changed if changed != text else None


NAME = re.compile(r"[A-Z][a-z]+(?:[ -](?:of |the |de |von )?[A-Z][a-z]+)*|[A-Z]{3,}")
OPENERS = """
The This That These Those There They Their It Its In On At By For From With Without After Before
Since During While Although When Where As If But And Or Not No He His She Her We Our You One Two
Three Some Many Most Other Another Such All Each Both January February March April May June July
August September October November December Monday Sunday BPO KPO
"""
NO_NAMES = frozenset(OPENERS.split())


def names_of(texts: Sequence[str]) -> list[str]:
    """Return the names of an article: capitalised words inside sentences, at least twice."""
    counts: dict[str, int] = {}
    for text in texts:
        for match in NAME.finditer(text):
            inside = (
                match.start() > 0 and text[match.start() - 1] == " " and text[match.start() - 2] not in ".:|"
            )
            if inside and not NO_NAMES & set(match.group().split()):
                counts[match.group()] = counts.get(match.group(), 0) + 1
    common = set(re.findall(r"\b[a-z]+\b", " ".join(texts)))  # "Article 28" beside "the article"
    return sorted(name for name, count in counts.items() if count > 1 and name.lower() not in common)


def _spots(text: str, names: Sequence[str]) -> list[re.Match[str]]:
    return [match for match in NAME.finditer(text) if match.group() in names]


def change_name(text: str, names: Sequence[str], rng: random.Random) -> str | None:
    """Put another name of the article in place of one."""
    spots = _spots(text, names)
    if not spots:
        return None
    spot = rng.choice(spots)
    others = [name for name in names if not _kin(name, text)]
    if not others:
        return None
    return text[: spot.start()] + rng.choice(others) + text[spot.end() :]


def exchange_names(text: str, names: Sequence[str], rng: random.Random) -> str | None:
    """Exchange two names of a sentence that a verb parts, so that each is said to do the other's part."""
    spots = _spots(text, names)
    pairs = [
        (left, right)
        for left, right in zip(spots, spots[1:], strict=False)
        if not _kin(left.group(), right.group())
        and re.search(ORDERED, text[left.end() : right.start()])
        and not re.search(UNORDERED, text[left.end() : right.start()])
        and text.count(left.group()) == text.count(right.group()) == 1
    ]
    if not pairs:
        return None
    left, right = rng.choice(pairs)
    gap = text[left.end() : right.start()]
    return text[: left.start()] + right.group() + gap + left.group() + text[right.end() :]


ORDERED = (
    r"\b(?:defeated|beat|sold|bought|gave|led|founded|succeeded|replaced|invaded|attacked|ruled|built|wrote|supported|opposed"
    r"|conquered|joined|won|lost|took|made|sent|left|signed|acquired|controlled|owned|defended|captured|killed|married|taught"
    r"|called|named|said|told|asked|became|was \w+ed by|were \w+ed by|has|had|is|are|was|were|than)\b"
)
UNORDERED = r"[;:]|\b(?:and|or|with|between|same|met|married|known|called|named)\b"


def _kin(name: str, text: str) -> bool:
    """Tell whether a name shares the beginning of one of its words with a text, as Norman and Normandy do."""
    return any(word[:4].lower() in text.lower() for word in re.split(r"[ -]", name) if word[0].isupper())


def wrong_evidence(texts: Sequence[str], at: int, rng: random.Random) -> str:
    """Choose a sentence from elsewhere, at least ten sentences away."""
    far = [number for number, text in enumerate(texts) if abs(number - at) >= 10 and text != texts[at]]
    return texts[rng.choice(far)]


MUTATIONS: dict[str, Mutation] = {
    "subjects exchanged": swap_subjects,
    "number changed": change_number,
    "year changed": change_year,
    "negation added or dropped": negate,
    "direction turned": turn,
    "caution or source dropped": drop_caution,
}
NAME_MUTATIONS = {"name exchanged": change_name, "two names exchanged": exchange_names}
