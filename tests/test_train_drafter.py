"""The drafter's examples: prompts as the program writes them, replies that name numbered sentences of them."""

import random
import re

from eval.train.drafter.data import NO_ANSWER, Example, Section, examples
from eval.train.drafter.data import example as of_sections
from eval.train.reader.data import lines
from eval.train.reader.written.hand import HAND, kept_for_reporting


def numbered(item: Example) -> list[int]:
    return [int(number) for number in re.findall(r"^\[(\d+)\] ", item.messages[-1][1], re.M)]


def test_a_prompt_is_the_programs_own() -> None:
    shown = [Section(title="Tea", heading="Price", sentences=("Tea costs 3 euros.", "Milk is free."))]
    item = of_sections("What is tea?", shown, "Tea costs 3 euros. [1]")
    assert [role for role, _ in item.messages] == ["system", "user"]
    assert item.messages[-1][1] == (
        "# Tea > Price\n[1] Tea costs 3 euros.\n[2] Milk is free.\n\nQuestion: What is tea?"
    )


def test_replies_name_sentences_of_their_prompts_and_no_document_kept_for_reporting_is_used() -> None:
    found = examples(random.Random(5))
    refused = [item for item in found if item.reply == NO_ANSWER]
    assert len(found) > 2800 and 200 < len(refused) < 1000
    for item in found:
        shown = numbered(item)
        assert shown == list(range(1, len(shown) + 1))
        named = {int(number) for number in re.findall(r"\[(\d+)\]", item.reply)}
        assert named <= set(shown) and bool(named) == (item.reply != NO_ANSWER)
    kept = {row["title"] for row in lines(HAND) if kept_for_reporting(row)}
    assert not [item for item in found if item.messages[-1][1][2:].split(" > ")[0] in kept]
