"""Judge one claim against evidence that is given: texts, passages, citations or documents."""

from collections.abc import Sequence

from langchain_core.documents import Document as LangChainDocument

from assistant.check.cite import judged
from assistant.check.pairs import Checker
from assistant.errors import InputError
from assistant.standing import headed
from assistant.types import Citation, Judgement, Passage
from assistant.unseen import whole_characters

Ground = str | Passage | Citation | LangChainDocument
Grounds = Ground | Sequence[Ground]


def verified(checker: Checker, claim: str, evidence: Grounds) -> Judgement:
    """Judge whether the evidence, all of it together, supports a claim.

    Raises InputError for an empty claim, no evidence, or evidence of another type.
    """
    if not isinstance(claim, str) or not claim.strip():
        raise InputError("The claim is empty: give a sentence to check.")
    several = isinstance(evidence, Sequence) and not isinstance(evidence, str)
    texts = [words_of(item) for item in (evidence if several else [evidence])]  # type: ignore[union-attr]
    if not any(text.strip() for text in texts):
        raise InputError("There is no evidence: give a text, a passage, a citation, or several of them.")
    return judged(checker, whole_characters(claim), [whole_characters(text) for text in texts])


def words_of(ground: object) -> str:
    """Return the words of a piece of evidence, below a heading that takes them back. Raises InputError for another type."""
    if isinstance(ground, str):
        return ground
    if isinstance(ground, Passage):
        return headed(ground.section, ground.text)
    if isinstance(ground, Citation):
        return headed(ground.section, ground.quote)
    if isinstance(ground, LangChainDocument):
        return ground.page_content
    raise InputError(
        f"The evidence is of type {type(ground).__name__}: give a text, a passage, a citation, or several of them."
    )
