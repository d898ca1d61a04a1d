"""Break true sentences in known ways: exchanged subjects, changed figures, turned polarity, other names."""

import random
import re
from collections.abc import Callable, Sequence

SWAPS = {
    "BPO": "KPO", "KPO": "BPO", "Business Process": "Knowledge Process", "Knowledge Process": "Business Process",
    "business process": "knowledge process", "knowledge process": "business process",
}  # fmt: skip
TURNS = (
    ("more", "less"), ("higher", "lower"), ("high", "low"), ("increase", "decrease"), ("rises", "falls"),
    ("raised", "cut"), ("before", "after"), ("always", "never"), ("cheaper", "dearer"), ("easy", "hard"),
    ("agree", "disagree"), ("includes", "excludes"), ("better", "worse"), ("large", "small"), ("most", "least"),
    ("all", "no"), ("longer", "shorter"), ("broader", "narrower"), ("over", "under"), ("often", "rarely"),
    ("lower", "higher"), ("low", "high"), ("less", "more"), ("small", "large"), ("hard", "easy"),
)  # fmt: skip
VERBS = r"(is|are|was|were|can|may|should|must|has|have|will|could)"
PLAIN_VERBS = (
    "needs", "covers", "aims", "offers", "relies", "requires", "takes", "means", "says", "serves", "stresses",
    "looks", "uses", "handles", "focuses", "involves", "supplies", "follows", "adds", "describes",
)  # fmt: skip
Mutation = Callable[[str, random.Random], str | None]


def swap_subjects(text: str, _: random.Random) -> str | None:
    """Exchange BPO and KPO, long forms included."""
    changed = re.sub("|".join(SWAPS), lambda match: SWAPS[match.group()], text)
    return changed if _unordered(changed) != _unordered(text) else None


def _unordered(text: str) -> str:
    """Write "KPO or BPO" as "BPO or KPO": exchanging the two there changes nothing."""
    pair = r"\b(KPO|BPO)(( staff| work| tasks)? (?:and|or)(?: the| in| of| for| to| is)* )(BPO|KPO)\b"
    return re.sub(pair, lambda m: "".join(sorted((m[1], m[4]))) + m[2], text)


def change_number(text: str, rng: random.Random) -> str | None:
    """Change one figure that is not a year."""
    spots = [m for m in re.finditer(r"(?<![\w.,])\d+(?:,\d{3})*(?:\.\d+)?(?![\w,]*\d)", text)]
    spots = [m for m in spots if not re.fullmatch(r"(19|20)\d\d", m.group()) and not re.match(r"[.)] [A-Z]", text[m.end() :])]
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
    return text[: spot.start()] + str(int(spot.group()) + rng.choice([-7, -3, -1, 1, 2, 4])) + text[spot.end() :]


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
    base = verb[:-2] if verb.endswith(("sses", "ches")) else verb[:-3] + "y" if verb.endswith("ies") else verb[:-1]
    return re.sub(rf"\b{verb}\b", f"does not {base}", text, count=1)


def turn(text: str, rng: random.Random) -> str | None:
    """Turn one word of direction into its opposite."""
    spots = [(old, new) for old, new in TURNS if re.search(rf"\b{old}\b", text)]
    if not spots:
        return None
    old, new = rng.choice(spots)
    return re.sub(rf"\b{old}\b", new, text, count=1)


NAMES = (
    "NASSCOM", "Evalueserve", "Gartner", "Deloitte", "KPMG", "Rediff", "TechTarget", "Genesys", "Sourcefit", "SQM",
    "India", "Philippines", "Klarna", "Accenture", "Kodak", "IBM", "Wikipedia", "ChinaSourcing", "Everest", "HiveDesk",
    "Techsurance", "Mordor Intelligence", "Elysiate", "Unity Connect", "HfS Research", "Tutorialspoint", "Scorela",
    "About.com", "wiseGEEK", "ProHance", "Kimon Services", "Technavio", "Assocham", "The Financial Express",
)  # fmt: skip


def change_name(text: str, rng: random.Random) -> str | None:
    """Put another name in place of one."""
    present = [name for name in NAMES if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)]
    if not present:
        return None
    old = rng.choice(present)
    new = rng.choice([name for name in NAMES if name not in present])
    return re.sub(rf"(?<!\w){re.escape(old)}(?!\w)", new, text)


def wrong_evidence(texts: Sequence[str], at: int, rng: random.Random) -> str:
    """Choose a sentence from elsewhere, at least ten sentences away."""
    far = [number for number in range(len(texts)) if abs(number - at) >= 10]
    return texts[rng.choice(far)]


MUTATIONS: dict[str, Mutation] = {
    "subjects exchanged": swap_subjects,
    "number changed": change_number,
    "year changed": change_year,
    "negation added or dropped": negate,
    "direction turned": turn,
    "name exchanged": change_name,
}
