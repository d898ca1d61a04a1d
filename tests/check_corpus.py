"""Check the bundled articles: front matter, length, claim coverage and originality.

Run `python tests/check_corpus.py` for a report; `test_corpus.py` asserts that it is empty.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "corpus"
CLAIMS = Path(__file__).parent / "corpus_claims"
SOURCES = ROOT.parent / "shared" / "sources"

RUN = 6  # words in a row that count as copied
FACTS = [
    "F001",
    "F002",
    "F003",
    "F006",
    "F007",
    "F008",
    "F010",
    "F011",
    "F014",
    "F018",
    "F020",
    "F022",
    "F023",
    "F025",
    "F026",
    "F027",
    "F028",
    "F029",
    "F030",
    "F031",
    "F032",
    "F033",
    "F034",
    "F035",
    "F036",
    "F037",
    "F038",
    "F039",
    "F040",
    "F041",
    "F042",
    "F043",
    "F044",
    "F045",
    "F046",
    "F048",
    "F049",
    "F050",
    "F051",
    "F052",
    "F053",
    "F054",
    "F055",
    "F056",
    "F057",
    "F058",
    "F059",
    "F061",
    "F062",
    "F063",
    "F064",
    "F065",
    "F067",
    "F068",
    "F069",
    "F070",
    "F071",
    "F072",
    "F073",
    "F074",
    "F075",
    "F076",
    "F078",
    "F079",
    "F080",
    "F081",
    "F083",
    "F084",
    "F085",
    "F086",
    "F087",
    "F089",
    "F092",
    "F093",
    "F096",
    "F098",
    "F099",
    "F100",
    "F101",
    "F103",
    "F104",
    "F105",
    "F106",
    "F107",
    "F108",
    "F109",
    "F110",
    "F111",
    "F114",
    "F115",
    "F117",
    "F118",
    "F120",
    "F121",
    "F122",
    "F123",
    "F124",
    "F125",
    "F126",
    "F127",
    "F128",
    "F129",
    "F130",
    "F131",
    "F133",
    "F134",
    "F140",
    "F141",
    "F142",
    "F143",
    "F144",
    "F145",
    "F146",
    "F147",
    "F148",
    "F149",
    "F150",
    "F151",
    "F152",
    "F154",
    "F155",
    "F159",
    "F160",
    "F161",
    "F162",
    "F163",
    "F164",
    "F165",
    "F166",
    "F167",
    "F168",
    "F169",
    "F170",
    "F172",
    "F173",
    "F174",
    "F183",
    "F184",
]
REQUIRED = {
    *(f"S1.{i}" for i in range(29)),
    *(f"S2.{i}" for i in range(1, 59)),
    *FACTS,
}
KEYS = ("title", "date", "licence", "sources", "facts")


def read(path: Path) -> tuple[dict[str, Any], str]:
    """Split an article into front matter and body."""
    match = re.match(r"---\n(.*?)\n---\n(.*)", path.read_text(encoding="utf-8"), re.S)
    if not match:
        raise ValueError(f"{path.name}: no front matter")
    return yaml.safe_load(match[1]), match[2]


def words(text: str) -> list[str]:
    """Return the lower-case words of a text, markup and punctuation dropped."""
    return re.findall(r"[a-z0-9]+", text.lower().replace("'", "").replace("’", ""))


def runs(text: str) -> set[tuple[str, ...]]:
    """Return every run of six words."""
    tokens = words(text)
    return {tuple(tokens[i : i + RUN]) for i in range(len(tokens) - RUN + 1)}


def article_problems(path: Path) -> list[str]:
    """List what is wrong with one article: front matter, and claim quotes that are not in it."""
    head, body = read(path)
    found = [f"{path.name}: front matter lacks {key}" for key in KEYS if not head.get(key)]
    found += [
        f"{path.name}: a source lacks title or url"
        for source in head.get("sources", [])
        if not (source.get("title") and source.get("url"))
    ]
    quoted = set()
    claims = CLAIMS / f"{path.stem}.jsonl"
    for number, line in enumerate(claims.read_text(encoding="utf-8").splitlines(), 1):
        claim = json.loads(line)
        quoted.add(claim["id"])
        if claim["quote"] not in body or len(words(claim["quote"])) < 3:
            found.append(f"{claims.name}:{number}: {claim['id']} is not in the article verbatim")
    listed = set(map(str, head.get("facts", [])))
    for name, missing in (("front matter", quoted - listed), ("claims file", listed - quoted)):
        if missing:
            found.append(f"{path.name}: not in the {name}: {' '.join(sorted(missing))}")
    return found


def coverage_problems(paths: list[Path]) -> list[str]:
    """List required ids that no article uses."""
    used = {str(fact) for path in paths for fact in read(path)[0].get("facts", [])}
    return [f"not used by any article: {fact}" for fact in sorted(REQUIRED - used)]


def copied_runs(paths: list[Path], sources: list[Path]) -> list[str]:
    """List runs of six words that an article's body shares with a source."""
    copied = {run for source in sources for run in runs(source.read_text(encoding="utf-8"))}
    return [
        f"{path.name}: six words shared with a source: {' '.join(run)}"
        for path in paths
        for run in sorted(runs(read(path)[1]) & copied)
    ]


def articles() -> list[Path]:
    """Return the bundled articles in order of name."""
    return sorted(path for path in CORPUS.glob("*.md") if path.name != "CORPUS.md")


def main(names: list[str]) -> int:
    """Print every problem, for the named articles or for all of them."""
    paths = [path for path in articles() if not names or path.stem in names]
    problems = [problem for path in paths for problem in article_problems(path)]
    problems += copied_runs(paths, sorted(SOURCES.glob("*.txt")))
    if not names:
        problems += coverage_problems(paths)
    for path in paths:
        print(f"{len(words(read(path)[1])):6} words  {path.name}")
    print(f"{sum(len(words(read(p)[1])) for p in paths):6} words in {len(paths)} articles")
    print("\n".join(problems) or "no problems")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
