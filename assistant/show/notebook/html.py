"""Write answers, passages and facts as HTML for a notebook: one scoped style, no script, nothing foreign live."""

from collections.abc import Mapping, Sequence
from functools import lru_cache, singledispatch
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.core.plain import lead
from assistant.core.types import Answer, Answers, Citation, Claim, Judgement, Passage, Passages
from assistant.show.escape import html_text, one_line
from assistant.show.forms import answers_in, several
from assistant.show.html import caveat_html, compared_html, words_html
from assistant.show.phrases import (
    NO_PASSAGES,
    NO_TURNS,
    asked_of,
    check_line,
    made_with,
    nearest,
    open_parts,
    place,
    reason_text,
    verdict_words,
    whereabouts,
    why,
)
from assistant.show.table import UNSTATED, is_shared, runs
from assistant.show.templates import templates

if TYPE_CHECKING:
    from jinja2 import Template

HERE = Path(__file__).parent


@singledispatch
def html_of(value: object) -> str:
    """Return a value as HTML that needs nothing else. Raises TypeError for a value of another kind."""
    raise TypeError(f"there is no HTML for {type(value).__name__}")


@html_of.register
def _(value: Answer) -> str:
    return turns_html([value])


@html_of.register
def _(value: Answers) -> str:
    return turns_html(answers_in(value))


@html_of.register
def _(value: Judgement) -> str:
    return _rendered("Judgement", judgement=value)


@html_of.register
def _(value: Citation) -> str:
    return _rendered("Citation", citation=value)


@html_of.register(Passage)
@html_of.register(Passages)
def _(value: Passage | Passages) -> str:
    return _rendered("Passages", passages=several(value))


def turns_html(answers: Sequence[Answer]) -> str:
    """Return answers one after the other, each under its question, as HTML that needs nothing else."""
    return _rendered("Answers" if len(answers) > 1 else "Answer", answers=answers)


def card_html(title: str, facts: Mapping[str, str]) -> str:
    """Return facts about one thing as HTML: its title, then the name of each fact and the fact."""
    return _rendered(title, title=title, facts=facts)


def _rendered(label: str, **values: Any) -> str:
    """Return the template filled with what there is to show; `label` names it for screen readers."""
    nothing = dict.fromkeys(("answers", "judgement", "citation", "passages", "title", "facts"))
    return _template().render({**nothing, **values, "label": label})


@lru_cache(maxsize=1)
def _template() -> "Template":
    made = templates(HERE, html_text)
    made.filters["plain"] = lambda text: one_line(str(text))
    made.globals.update(
        css=_style(),
        asked_of=asked_of,
        check_line=check_line,
        words_html=words_html,
        caveat_html=caveat_html,
        compared_html=compared_html,
        made_with=made_with,
        open_parts=open_parts,
        reason_text=reason_text,
        verdict_words=verdict_words,
        whereabouts=whereabouts,
        why=why,
        hint=_hint,
        is_shared=is_shared,
        by_number=lambda answer: {item.n: item for item in answer.citations},
        cut_before=lambda item: item.prefix and item.start > len(item.prefix),
        cut_after=lambda item: item.suffix and item.suffix.rstrip()[-1:] not in {*".!?:;”’\"'"},
        runs=runs,
        lead=lead,
        UNSTATED=UNSTATED,
        nearest=nearest,
        NO_PASSAGES=NO_PASSAGES,
        NO_TURNS=NO_TURNS,
    )
    return made.get_template("notebook.html.j2")


def _hint(claim: Claim, citation: Citation) -> str:
    """Return what a pointer on a number is told: where the words stand, and the words unless the claim has them."""
    where = place(citation)
    return where if citation.quote in claim.text else f"“{citation.quote}” – {where}"


def _style() -> str:
    """Return the style sheet without its remarks and indents: every output carries it once."""
    lines = (HERE / "notebook.css").read_text(encoding="utf-8").splitlines()
    return "".join(line.strip() for line in lines if not line.startswith("/*"))
