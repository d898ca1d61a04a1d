"""Give evidence the extent in which it is quoted: with its lead-in, question or year, options as far as they are ticked."""

from collections.abc import Callable, Sequence

from assistant.core.types import Document, Evidence
from assistant.text.disclaimers.kept import standing
from assistant.write.quote.fit.leads import leading
from assistant.write.quote.wording.dated import from_its_year
from assistant.write.quote.wording.ticked import ticked_alone


def quoted(
    question: str, evidence: Sequence[Evidence], document: Callable[[str], Document]
) -> list[Evidence]:
    """Return evidence as it is to be quoted for a question, what may not stand left out."""
    whole = leading(standing(evidence, document, question), document)
    return from_its_year(question, ticked_alone(question, whole), document)
