"""Write claims, passages and articles as HTML; all foreign text is escaped."""

from collections.abc import Iterable, Iterator, Sequence

from assistant.core.plain import lead
from assistant.core.types import Block, Citation, Claim, Document
from assistant.show.escape import html_text
from assistant.show.phrases import caveat, claim_words, pieces, quotes_of


def claim_html(claim: Claim) -> str:
    """Return one sentence as a span of class "claim quote" or "claim model", behind its lead.

    A quotation has no marks round it: its style tells, and words that are only read aloud. An item has class "item".
    """
    said = f"<strong>{html_text(lead(claim).strip())}</strong> " if lead(claim) else ""
    aloud = '<span class="aloud">Quoted: </span>' if claim.origin == "quote" else ""
    kind = f"claim {claim.origin} {claim.verdict}{' item' if claim.item else ''}"
    words = words_html(claim, marks=False)
    return f'{said}{aloud}<span class="{kind}">{words}</span>{caveat_html(claim)}'


def words_html(claim: Claim, marks: bool = True) -> str:
    """Return the words of a sentence, those without support in <span class="weak">; a quotation in its marks."""
    if not claim.weak:
        return html_text(claim_words(claim) if marks else claim.text)
    return "".join(
        f'<span class="weak">{html_text(text)}</span>' if weak else html_text(text)
        for text, weak in pieces(claim)
    )


def caveat_html(claim: Claim) -> str:
    """Return the mark of a sentence that is not verified, "" for any other."""
    return f' <span class="caveat">({html_text(caveat(claim))})</span>' if caveat(claim) else ""


def compared_html(claim: Claim, citations: Iterable[Citation]) -> str:
    """Return the quotations that a sentence which is not verified is to be compared with, "" for any other."""
    return "".join(
        f'<blockquote class="compare">“{html_text(item.quote)}” [{item.n}]</blockquote>'
        for item in quotes_of(claim, citations)
    )


def passage_html(document: Document, start: int, end: int, around: int = 2) -> str:
    """Return the words [start, end) in <mark>, among `around` blocks of the article before and after.

    Raises ValueError when the offsets do not lie inside the text.
    """
    if not 0 <= start < end <= len(document.text):
        raise ValueError(
            f"offsets {start}:{end} do not lie in {document.doc_id} ({len(document.text)} characters)"
        )
    blocks = document.blocks or _line_blocks(document.text)
    hits = [i for i, block in enumerate(blocks) if block.start < end and start < block.end]
    first, last = (max(0, hits[0] - around), hits[-1] + around) if hits else (0, len(blocks) - 1)
    while hits and first < hits[0] and blocks[first].section != blocks[hits[0]].section:
        first += 1  # what stands under another heading is no context
    shown = blocks[first : last + 1]
    before = '<p class="more">…</p>' if first > 0 else ""
    after = '<p class="more">…</p>' if last + 1 < len(blocks) else ""
    return f'<div class="passage">{before}{_blocks_html(document.text, shown, start, end)}{after}</div>'


def article_html(document: Document, start: int = 0, end: int = 0) -> str:
    """Return the whole article, with the words [start, end) in <mark> when there are any."""
    blocks = document.blocks or _line_blocks(document.text)
    return f'<div class="article">{_blocks_html(document.text, blocks, start, end)}</div>'


def _blocks_html(text: str, blocks: Sequence[Block], start: int, end: int) -> str:
    tags = {"heading": "h4", "paragraph": "p", "item": "li", "row": "p", "code": "pre"}
    html, open_list = [], False
    for block in blocks:
        if (block.kind == "item") != open_list:
            html.append("</ul>" if open_list else "<ul>")
            open_list = not open_list
        tag = tags[block.kind]
        words = _marked_html(text, block.start, block.end, start, end)
        html.append(f'<{tag} class="{block.kind}">{words}</{tag}>')
    return "".join(html) + ("</ul>" if open_list else "")


def _marked_html(text: str, first: int, last: int, start: int, end: int) -> str:
    start, end = max(first, start), min(last, end)
    if start >= end:
        return html_text(text[first:last])
    head, words, tail = text[first:start], text[start:end], text[end:last]
    return f"{html_text(head)}<mark>{html_text(words)}</mark>{html_text(tail)}"


def _line_blocks(text: str) -> tuple[Block, ...]:
    return tuple(_lines(text))


def _lines(text: str) -> Iterator[Block]:
    at = 0
    for line in text.split("\n"):
        if line.strip():
            yield Block(kind="paragraph", start=at, end=at + len(line))
        at += len(line) + 1
