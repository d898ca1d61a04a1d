"""Measure the citation health of a model: ask it a fixed set of questions about the bundled articles."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.assistant import Assistant
from assistant.core.errors import ModelError
from assistant.core.settings import BUNDLED_CORPUS, Settings
from assistant.core.types import Answer, Message
from assistant.models.chat.load import load_chat_model
from eval.cases.prepare import open_corpus
from eval.health.health import Health, health_of, part
from eval.run.ask import UNAVAILABLE
from ingest.progress import Step

QUESTIONS = Path(__file__).parents[1] / "bench" / "data" / "questions.jsonl"
SOURCE = "eval/bench/data/questions.jsonl"
HOPELESS = 3  # failures without a sentence between them, after which a model is not asked further


def probe(settings: Settings, step: Step, count: int | None = None) -> Health:
    """Ask the model of the settings `count` of the questions, evenly spread (default: all), and count its drafts.

    The bundled articles are indexed apart, with the embedder of the settings. Raises ModelError for a model that
    drafts nothing, cannot be had, or fails on every question.
    """
    if not settings.drafts:
        raise ModelError("--measure none: without a model nothing is drafted; name one, such as embedded")
    if not settings.model.startswith("huggingface:"):  # which would be loaded twice
        load_chat_model(settings)  # raises before anything is indexed
    store = open_corpus(settings, None, str(BUNDLED_CORPUS), False, step)
    assistant = Assistant.open(settings.model_copy(update={"index": store.folder.parent.name}))
    if assistant.model is None:  # it would go on with quotations
        load_chat_model(settings)
    cases = spread(read_questions(), count)
    answers: list[Answer] = []
    for at, case in enumerate(cases, 1):
        history = [Message(**turn) for turn in case.get("history", [])]
        answers.append(assistant.ask(case["question"], history))
        step("asking", at, len(cases))
        give_up(answers, last=at == len(cases))
    asked = [(case["form"], answer) for case, answer in zip(cases, answers, strict=True) if "form" in case]
    wrote = [(form, answer) for form, answer in asked if answer.drafts.sentences]
    kept = part(sum(keeps_form(form, answer) for form, answer in wrote), len(wrote))
    return health_of(answers, settings, source=SOURCE, questions=len(cases), form_kept=kept)


def read_questions(path: Path = QUESTIONS) -> list[dict[str, Any]]:
    """Return the questions, one JSON object a line: each has "id", "kind", "question", sometimes "history" or "form"."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def spread(items: list[dict[str, Any]], count: int | None) -> list[dict[str, Any]]:
    """Return `count` of the items evenly spread over their order; all where there are no more."""
    if count is None or count >= len(items):
        return items
    return [items[at * len(items) // count] for at in range(count)]


def give_up(answers: list[Answer], *, last: bool) -> None:
    """Raise ModelError when the model has drafted nothing, and has failed several times or is asked no more."""
    failed = [answer for answer in answers if answer.reason == UNAVAILABLE]
    if any(answer.drafts.sentences for answer in answers) or not (last or len(failed) == HOPELESS):
        return
    if not failed:
        raise ModelError(
            f"the model was not measured, it drafted no sentence on {len(answers)} questions: ask more, with a larger "
            "--count or without it"
        )
    first = f"each of the first {HOPELESS} questions" if len(failed) == HOPELESS else "every question"
    raise ModelError(
        f"the model was not measured, it failed on {first} it was asked: " + " ".join(failed[-1].notices)
    )


def keeps_form(form: Mapping[str, Any], answer: Answer) -> bool:
    """Tell whether the sentences shown are as many as `sentences` or `items` allow ([least, most]), and say yes or no.

    `items` are those of a list, `sentences` of no list; `says` asks for a yes or no before them.
    """
    listed = sum(claim.item for claim in answer.claims)
    told = len(answer.claims) - listed
    return all(
        (
            _within(form.get("sentences"), told),
            _within(form.get("items"), listed),
            "items" in form or not listed,
            not form.get("says") or any(claim.says for claim in answer.claims),
        )
    )


def _within(bounds: Sequence[int] | None, count: int) -> bool:
    return bounds is None or bounds[0] <= count <= bounds[1]
