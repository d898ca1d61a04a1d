"""What the tools return as data, beside the text that a model reads."""

from pydantic import BaseModel, Field

from assistant.core.types import Judgement
from ui.serve.routes.shapes import AnswerBody, ArticleBody, ArticlesBody, SearchBody

__all__ = ["AnswerBody", "ArticleBody", "ArticlesBody", "JudgementBody", "PassageText", "SearchBody"]


class JudgementBody(BaseModel):
    """Whether the evidence supports the claim."""

    verdict: str = Field(description="supported, unverified, contradicted, unsupported or unjudged")
    score: float = Field(description="0 to 1, the support found")
    reasons: list[str] = Field(description="in words; empty where nothing speaks against it")
    weak: list[list[int]] = Field(description="characters of the claim, from and to, without support")

    @classmethod
    def of(cls, judgement: Judgement) -> "JudgementBody":
        """Return a judgement as plain data."""
        return cls(
            verdict=judgement.verdict,
            score=judgement.score,
            reasons=list(judgement.reasons),
            weak=[list(span) for span in judgement.weak],
        )


class PassageText(BaseModel):
    """Words of an article, and where they stand."""

    doc_id: str
    title: str
    source: str
    date: str | None
    start: int = Field(description="first character of `text` in the article")
    end: int = Field(description="one after its last")
    length: int = Field(description="characters of the whole article")
    text: str
    sha256: str = Field(description="of the whole article in UTF-8")
