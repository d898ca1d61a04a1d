"""Write any value that is displayed as text or as Markdown; nothing foreign in it is live."""

from functools import singledispatch

from assistant.core.types import (
    Answer,
    AnswerDone,
    Answers,
    Citation,
    ClaimShown,
    Judgement,
    Passage,
    Passages,
)
from assistant.show.markdown import (
    judgement_markdown,
    passages_markdown,
    source_markdown,
    to_markdown,
    turns_markdown,
)
from assistant.show.phrases import NO_PASSAGES, NO_TURNS
from assistant.show.text import (
    claim_text,
    judgement_text,
    passages_text,
    rest_text,
    source_text,
    to_text,
    wrap,
)

WIDTH = 80  # columns
NOT_ASKED = "(no answer)"


@singledispatch
def text_of(value: object, width: int = WIDTH) -> str:
    """Return a value as readable text, wrapped to `width` columns, without a line break at its end.

    Raises TypeError for a value of another kind.
    """
    raise TypeError(f"there is no text for {type(value).__name__}")


@singledispatch
def markdown_of(value: object) -> str:
    """Return a value as Markdown. Raises TypeError for a value of another kind."""
    raise TypeError(f"there is no Markdown for {type(value).__name__}")


@text_of.register
def _(value: Answer, width: int = WIDTH) -> str:
    return to_text(value, width).strip("\n")


@text_of.register
def _(value: Answers, width: int = WIDTH) -> str:
    shown = (f"{wrap(one.question, width)}\n\n{text_of(one, width)}" for one in answers_in(value))
    return "\n\n".join(shown) or NO_TURNS


@text_of.register
def _(value: ClaimShown, width: int = WIDTH) -> str:
    return claim_text(value.claim, width, value.aspect)


@text_of.register
def _(value: AnswerDone, width: int = WIDTH) -> str:
    rest = rest_text(value.answer, width).strip("\n")
    return f"\n{rest}" if value.answer.claims else rest  # a gap after the sentences before it


@text_of.register
def _(value: Judgement, width: int = WIDTH) -> str:
    return judgement_text(value, width)


@text_of.register
def _(value: Citation, width: int = WIDTH) -> str:
    return wrap(source_text(value), width, f"[{value.n}] ")


@text_of.register(Passage)
@text_of.register(Passages)
def _(value: Passage | Passages, width: int = WIDTH) -> str:
    return passages_text(several(value), width).strip("\n") or NO_PASSAGES


@markdown_of.register
def _(value: Answer) -> str:
    return to_markdown(value)


@markdown_of.register
def _(value: Answers) -> str:
    return turns_markdown(answers_in(value))


@markdown_of.register
def _(value: Judgement) -> str:
    return judgement_markdown(value)


@markdown_of.register
def _(value: Citation) -> str:
    return source_markdown(value) + "\n"


@markdown_of.register(Passage)
@markdown_of.register(Passages)
def _(value: Passage | Passages) -> str:
    return passages_markdown(several(value))


def several(value: Passage | Passages) -> Passages:
    """Return one passage as passages."""
    return value if isinstance(value, Passages) else Passages([value])


def answers_in(value: Answers) -> list[Answer]:
    """Return the answers of a batch; an error in the place of one is shown as a question without an answer."""
    held: list[object] = list(value)
    return [
        one if isinstance(one, Answer) else Answer(question=NOT_ASKED, reason="failed", notices=(str(one),))
        for one in held
    ]
