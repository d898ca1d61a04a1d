"""Forms that want several sentences are filled from the passages, with the judge's word on each."""

from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
from helpers import document

from assistant.core.types import Evidence, Passage
from assistant.write.quote.choose import Choice
from assistant.write.quote.topic.fill import Filler

TEXT = (
    "A lease means a contract for a room. Leases are cheap. Leases are simple, but the tenant pays for repairs. "
    "The tenant cannot leave early. Leases end in May."
)
DOC = document("leases", TEXT)
PASSAGE = Passage(
    chunk_id="leases:0", doc_id="leases", title="Leases", source="leases.md", section="", page=None,
    start=0, end=len(TEXT), score=1.0, text=TEXT, doc_sha256=DOC.sha256,
)  # fmt: skip
MEANS, CHEAP, TURNS = (
    "A lease means a contract for a room.",
    "Leases are cheap.",
    "Leases are simple, but the tenant pays for repairs.",
)
EARLY, MAY = "The tenant cannot leave early.", "Leases end in May."


class Embedder:
    """Finds every text unlike any other."""

    def embed_query(self, text: str) -> list[float]:
        return list(np.eye(64)[63])

    def encode(self, texts: Sequence[str]) -> Any:
        return np.stack([np.eye(64)[TEXT.index(text) % 63] for text in texts])

    def encode_tokens(self, texts: Sequence[str]) -> tuple[Any, list[list[str]]]:
        return np.stack([np.eye(64)[63], *self.encode(texts[1:])]), [[text] for text in texts]


class Judge:
    """Says of a sentence, by a word of the question, what it is told to say."""

    def __init__(self, **odds: dict[str, float]) -> None:
        self.odds = odds

    def answers(self, question: str, sentences: Sequence[str]) -> list[float]:
        told = next((own for word, own in self.odds.items() if word in question.split()), {})
        own = [sentence.rsplit("Sentence: ", 1)[-1] for sentence in sentences]
        return [next((value for text, value in told.items() if text in one), -6.0) for one in own]


STORE = cast(Any, SimpleNamespace(document=lambda doc_id: DOC, embedder=Embedder()))


def at(words: str) -> Evidence:
    start = TEXT.index(words)
    return Evidence(passage=PASSAGE, start=start, end=start + len(words), text=words, score=1.0)


def filler(**odds: dict[str, float]) -> Filler:
    return Filler(store=STORE, passages=[PASSAGE], reader=None, judge=cast(Any, Judge(**odds)))


def chosen(*words: str) -> Choice:
    return Choice(evidence=tuple(map(at, words)), wanted=len(words))


def shown(choice: Choice) -> list[str]:
    return [item.text for item in choice.evidence[: choice.wanted]]


def test_a_count_is_filled_by_the_surest_others_and_by_no_definition() -> None:
    asked = filler(should={CHEAP: -0.5, EARLY: 2.0, MAY: -1.5})
    filled = asked.filled("Why should I take a lease?", chosen(MEANS, TURNS), 4, flows=False)
    assert shown(filled) == [TURNS, EARLY, CHEAP]


def test_a_definition_stays_where_it_is_all_there_is_or_is_asked_for() -> None:
    assert shown(filler().filled("Why should I take a lease?", chosen(MEANS), 3, flows=False)) == [MEANS]
    assert shown(filler().filled("What is a lease?", chosen(MEANS, CHEAP), 2, flows=False)) == [MEANS, CHEAP]


def test_a_paragraph_is_in_the_order_of_the_text_and_goes_on_from_its_best_sentence() -> None:
    asked = filler(should={CHEAP: 1.0})
    assert shown(asked.filled("Why should I take a lease?", chosen(EARLY), 2, flows=True)) == [CHEAP, EARLY]
    assert shown(asked.filled("Why should I take a lease?", chosen(EARLY), 3, flows=True)) == [
        CHEAP,
        EARLY,
        MAY,
    ]


def test_a_sentence_that_turns_speaks_for_both_sides_and_another_for_its_own() -> None:
    sides = "What are the advantages of leases?", "What are the disadvantages of leases?"
    asked = filler(advantages={CHEAP: 1.0, TURNS: -0.5}, disadvantages={CHEAP: -1.0, TURNS: 2.0, EARLY: 1.0})
    told = asked.sided(sides, {sides[0]: chosen(MEANS, CHEAP), sides[1]: chosen(TURNS)})
    assert [shown(told[side]) for side in sides] == [[CHEAP, TURNS], [TURNS, EARLY]]
    assert shown(asked.sided(sides, {sides[1]: chosen(TURNS)})[sides[0]]) == [TURNS]


def test_a_side_that_the_judge_speaks_for_nothing_of_is_left_out_but_a_list_stays() -> None:
    sides = "What are the advantages of leases?", "What are the disadvantages of leases?"
    listed = replace(chosen(MEANS, CHEAP), listed=True)
    assert filler().sided(sides, {sides[0]: chosen(MEANS, CHEAP)}) == {}
    assert filler().sided(sides, {sides[0]: listed, sides[1]: chosen(MAY)}) == {sides[0]: listed}


def test_the_list_that_holds_a_sentence_is_shown_to_its_end() -> None:
    lines = document("steps", "Claims are paid.", "Fill in the form.", "Sign it.", "Hand it in.")
    blocks = [replace(block, kind="item" if n else "paragraph") for n, block in enumerate(lines.blocks)]
    source = replace(lines, blocks=tuple(blocks))
    passage = replace(PASSAGE, doc_id="steps", text=source.text, end=len(source.text))
    start = source.text.index("Sign it.")
    item = Evidence(passage=passage, start=start, end=start + 8, text="Sign it.")
    store = cast(Any, SimpleNamespace(document=lambda doc_id: source, embedder=Embedder()))
    told = replace(filler(), store=store).listed(Choice(evidence=(item,), wanted=1))
    assert shown(told) == ["Sign it.", "Fill in the form.", "Hand it in."]
