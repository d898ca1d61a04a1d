"""Turn answers and documents into text, Markdown and HTML in which nothing foreign is live."""

import re
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from html import escape

from assistant.types import Answer, Block, Citation, Claim, Document, Passage, lead, marked
from ui.table import loose_claims, table_markdown, table_text

REASONS = {
    "no_evidence": "The articles do not answer this.",
    "off_topic": "The question is not about what these articles cover.",
    "false_premise": "The question takes something as given that the articles do not bear out.",
    "model_unavailable": "The model could not be used, and no quotation answers the question by itself.",
    "empty_question": "There was no question to answer.",
}
NEAREST = 3  # passages shown for a declined answer
_CONTROL = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f\ufff9-\ufffb"
    r"\ud800-\udfff\U000e0000-\U000e007f]"
)
_ODD_SPACE = re.compile(r"[\r\x0b\x0c\x85\u2028\u2029]")
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_ADDRESS = re.compile(r"://|@|www\.|mailto:", re.IGNORECASE)


def reason_text(reason: str | None) -> str:
    """Say in a plain sentence why an answer was declined."""
    if reason is None:
        return "No sentence passed the check."
    return REASONS.get(reason, f"No answer could be given ({reason}).")


def check_line(answer: Answer) -> str:
    """Sum up the check: "3 sentences, all supported; 1 withheld"."""
    shown = len(answer.claims)
    verdicts = Counter(claim.verdict for claim in answer.claims)
    if not shown:
        line = "Nothing shown"
    elif len(verdicts) == 1:
        each = "all " if shown > 1 else ""
        line = f"{_count(shown, 'sentence')}, {each}{answer.claims[0].verdict}"
    else:
        line = f"{_count(shown, 'sentence')}: " + ", ".join(f"{n} {v}" for v, n in verdicts.most_common())
    return f"{line}; {len(answer.withheld)} withheld" if answer.withheld else line


def open_parts(answer: Answer) -> tuple[str, ...]:
    """Return the parts of the question left open by an answer that settles others."""
    return answer.unanswered if answer.claims else ()


def visible(text: str) -> str:
    """Replace control and direction-changing characters one for one, so offsets stay right."""
    return _CONTROL.sub("\ufffd", _ODD_SPACE.sub(" ", text))


def place(item: Citation | Passage) -> str:
    """Name where words stand: "Title, Section (p. 3)"."""
    words = ", ".join(part for part in (item.title, item.section) if part)
    return words if item.page is None else f"{words} (p. {item.page})"


def claim_words(claim: Claim) -> str:
    """Return the sentence, in quotation marks when it is the source's own."""
    return f"“{claim.text}”" if claim.origin == "quote" else claim.text


# --- terminal ---


def to_text(answer: Answer, width: int = 80) -> str:
    """Return the answer for a terminal, wrapped to `width` columns: its claims, then the rest."""
    return "".join(claim_text(claim, width) + "\n" for claim in loose_claims(answer)) + rest_text(
        answer, width
    )


def claim_text(claim: Claim, width: int = 80) -> str:
    """Return one sentence with its numbers, wrapped; the source's own words stand in quotation marks."""
    return _wrap(_numbered(claim), width, "- " if claim.item else "")


def _numbered(claim: Claim) -> str:
    if claim.origin == "model":
        return marked(claim)
    return f'{lead(claim)}"{claim.text}" ' + "".join(f"[{n}]" for n in claim.citations)


def rest_text(answer: Answer, width: int = 80) -> str:
    """Return what follows the sentences: table or reason, notes, check line, sources or nearest passages."""
    parts = [] if answer.claims else [[_wrap(reason_text(answer.reason), width)]]
    parts += [[table_text(answer, width, _wrap, _numbered).rstrip("\n")]] if answer.table else []
    notes = [_wrap(answer.read_as, width, "Read as: ")] if answer.read_as else []
    notes += [_wrap(part, width, "Not settled by the articles: ") for part in open_parts(answer)]
    parts += [notes + [_wrap(note, width, "Note: ") for note in answer.notices]]
    parts.append([_wrap(check_line(answer) + ".", width)])
    if answer.claims:
        parts.append([_wrap(_source_text(source), width, f"[{source.n}] ") for source in answer.citations])
    elif answer.passages:
        parts.append(["Nearest passages:", passages_text(answer.passages[:NEAREST], width).rstrip("\n")])
    text = "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"
    return f"\n{text}" if loose_claims(answer) else text


def passages_text(passages: Sequence[Passage], width: int = 80) -> str:
    """Return passages for a terminal, numbered in their order: where each stands, then its words."""
    heads = [
        _wrap(f"{place(item)}, {item.source}", width, f"{n}. ") for n, item in enumerate(passages, start=1)
    ]
    words = [textwrap.indent(_wrap(item.text, width - 3), "   ") for item in passages]
    return "".join(f"{head}\n{body}\n" for head, body in zip(heads, words, strict=True))


def _source_text(citation: Citation) -> str:
    return f'"{citation.quote}" - {place(citation)}, {citation.source}'


def _wrap(text: str, width: int, lead: str = "") -> str:
    words = visible(" ".join(text.split()))
    return textwrap.fill(
        words,
        width,
        initial_indent=lead,
        subsequent_indent=" " * (len(lead) if len(lead) < 5 else 2),
        break_long_words=False,
        break_on_hyphens=False,
    )


# --- Markdown ---


def to_markdown(answer: Answer) -> str:
    """Return the answer as Markdown with numbered sources; all foreign text is escaped."""
    parts = [f"**{escape_markdown(answer.question)}**"]
    parts += [f"*Note: {escape_markdown(note)}*" for note in answer.notices]
    if answer.read_as:
        parts.append(f"*Read as: {escape_markdown(answer.read_as)}*")
    parts += [_claim_markdown(claim) for claim in loose_claims(answer)]
    parts += [table_markdown(answer, escape_markdown, _claim_markdown)] if answer.table else []
    if not answer.claims:
        parts.append(escape_markdown(reason_text(answer.reason)))
    parts += [f"Not settled by the articles: {escape_markdown(part)}" for part in open_parts(answer)]
    parts.append(f"*{check_line(answer)}.*")
    if answer.claims:
        parts += [_source_markdown(citation) for citation in answer.citations]
    elif answer.passages:
        parts.append("Nearest passages:")
        parts += [
            f"> {escape_markdown(p.text)} – {escape_markdown(place(p))}" for p in answer.passages[:NEAREST]
        ]
    return "\n\n".join(parts) + "\n"


def escape_markdown(text: str) -> str:
    """Return the text as one line that Markdown shows word for word.

    Every ASCII punctuation mark is escaped; words holding an address become code, because
    common renderers make links of addresses even when they are escaped.
    """
    return " ".join(
        _code_span(word) if _ADDRESS.search(word) else _PUNCTUATION.sub(r"\\\1", word)
        for word in visible(text).split()
    )


def _code_span(word: str) -> str:
    fence = "`" * (1 + max((len(run) for run in re.findall(r"`+", word)), default=0))
    return f"{fence} {word} {fence}" if len(fence) > 1 else f"{fence}{word}{fence}"


def _claim_markdown(claim: Claim) -> str:
    numbers = "".join(rf"\[{n}\]" for n in claim.citations)
    bullet = "- " if claim.item else ""
    return f"{bullet}{lead(claim)}{escape_markdown(claim_words(claim))} {numbers}".rstrip()


def _source_markdown(citation: Citation) -> str:
    where = escape_markdown(f"{place(citation)}, {citation.source}")
    return rf"\[{citation.n}\] “{escape_markdown(citation.quote)}” – {where}"


# --- HTML ---


def claim_html(claim: Claim) -> str:
    """Return one sentence as a span of class "claim quote" or "claim model", behind "Yes." or "No." where it says so."""
    said = f"<strong>{lead(claim).strip()}</strong> " if claim.says else ""
    bullet = '<span class="bullet" aria-hidden="true">•</span> ' if claim.item else ""
    return f'{bullet}{said}<span class="claim {claim.origin}">{html_text(claim_words(claim))}</span>'


def html_text(text: str) -> str:
    """Escape text for HTML; line breaks and offsets stay."""
    return escape(visible(text))


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


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"
