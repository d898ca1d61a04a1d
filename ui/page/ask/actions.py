"""Draw what can be done with an answer: rate it, call a citation wrong, copy it, download it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import quote as percent_encoded

import streamlit as st

from assistant.core.errors import InputError
from assistant.core.types import Answer, Citation, Document
from assistant.show.escape import escape_markdown, html_text
from assistant.show.phrases import place
from ui.export.about import about_cited
from ui.export.export import Form, file_name, to_file, to_markdown
from ui.export.feedback import FILE, MAX_NOTE, Feedback, Said, append, history_before, in_force, read
from ui.export.history import SavedTurn
from ui.export.plain import to_text

THUMBS: dict[int | None, Said] = {1: "up", 0: "down", None: "taken back"}
FORMS: dict[Form, tuple[str, str]] = {
    "markdown": ("Markdown", "text/markdown"),
    "html": ("HTML page", "text/html"),
    "json": ("JSON", "application/json"),
    "word": ("Word", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "pdf": ("PDF", "application/pdf"),
}
REASONS = ("Not what I asked", "Wrong", "Something is missing", "Too long", "The articles do answer it")
STAYS = "What you say stays in the data folder of this machine; <code>bpo-kpo feedback</code> makes test cases of it."
_COPY = """<button class="copy" data-copy="TEXT" title="Copy as text with footnotes"><span aria-hidden="true">content_copy</span>
<span class="aloud" role="status">Copy as text with footnotes</span></button>"""
# One listener for all buttons, however often the page is drawn.
_COPYING = """<script>(() => {
  if (window.answersCopied) return;
  window.answersCopied = true;
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button.copy");
    if (!button) return;
    const [icon, label] = button.querySelectorAll("span");
    await navigator.clipboard.writeText(decodeURIComponent(button.dataset.copy));
    icon.textContent = "check"; label.textContent = "Copied";
    setTimeout(() => { icon.textContent = "content_copy"; label.textContent = "Copy as text with footnotes"; }, 2000);
  });
})();</script>"""
SHORT = 70  # characters of a quote in the list of citations
Given = dict[tuple[str, int, int | None], tuple[Said, str]]


@dataclass(frozen=True, kw_only=True)
class _Subject:
    """The answer that the row is about."""

    turns: Sequence[SavedTurn]
    position: int
    answer: Answer
    conversation: str
    title: str
    folder: Path
    find: Callable[[str], Document]

    @property
    def key(self) -> str:
        """The end of each key, so that no state passes from one conversation to another."""
        return f"{self.conversation}-{self.position}"

    def say(self, said: Said, citation: int | None = None, note: str = "") -> None:
        """Keep what the reader said; what goes wrong is shown under the row."""
        row = Feedback(
            conversation=self.conversation,
            position=self.position,
            answer=self.answer,
            said=said,
            citation=citation,
            note=note.strip(),
            history=history_before(self.turns, self.position),
        )
        try:
            append(self.folder, row)
        except InputError as error:
            st.session_state[f"problem-{self.key}"] = str(error)


def draw_actions(
    turns: Sequence[SavedTurn],
    position: int,
    *,
    conversation: str,
    title: str,
    folder: Path,
    find: Callable[[str], Document],
    again: Callable[[], None] | None = None,
) -> None:
    """Draw the row under the answer at a position (from 0); nothing where that turn has no answer.

    `title` is the conversation's, `folder` keeps the feedback, `find` returns a stored document or raises KeyError."""
    answer = turns[position].answer
    if answer is None:
        return
    subject = _Subject(
        turns=turns, position=position, answer=answer, conversation=conversation, title=title, folder=folder, find=find
    )  # fmt: skip
    given = _given(folder)
    with st.container(
        horizontal=True, key=f"actions-{subject.key}", gap="xsmall", vertical_alignment="center"
    ):
        _draw_copy(subject)
        _draw_thumbs(subject, given)
        if answer.citations:
            _draw_wrong(subject, given)
        if again:
            label = "Ask this again"
            st.button(label, key=f"again-{subject.key}", icon=":material/refresh:", type="tertiary", help=label,
                      on_click=again)  # fmt: skip
        _draw_export(subject)
    _draw_reasons(subject, given)
    if problem := st.session_state.pop(f"problem-{subject.key}", None):
        st.error(escape_markdown(problem))


def draw_style() -> None:
    """Put the style of the rows on the page, and what their copy buttons do, once a run."""
    st.html(Path(__file__).with_name("actions.css"))
    st.html(_COPYING, unsafe_allow_javascript=True)


def _draw_thumbs(subject: _Subject, given: Given) -> None:
    key = f"thumbs-{subject.key}"
    said, _ = given.get((subject.conversation, subject.position, None), ("taken back", ""))
    before = next(thumb for thumb, what in THUMBS.items() if what == said)
    st.feedback(
        "thumbs", key=key, default=before, on_change=lambda: subject.say(THUMBS[st.session_state[key]])
    )


def _draw_copy(subject: _Subject) -> None:
    """Draw the button that copies the answer as text, which it carries as data."""
    about = about_cited([subject.turns[subject.position]], subject.find)
    text = to_text(subject.answer, {doc_id: one.date for doc_id, one in about.items() if one.date})
    st.html(_COPY.replace("TEXT", percent_encoded(text)), width="content")


def _draw_reasons(subject: _Subject, given: Given) -> None:
    """Draw what may have been wrong, once an answer has a thumb down; what is chosen is kept with it."""
    said, note = given.get((subject.conversation, subject.position, None), ("taken back", ""))
    if said != "down":
        return
    with st.container(key=f"reasons-{subject.key}", gap="xsmall"):
        if note:
            st.html(f'<p class="note">Kept: {html_text(note)}</p>')
            return
        key = f"reason-{subject.key}"
        with st.form(f"reasons-form-{subject.key}", border=False):
            st.pills("What was wrong?", REASONS, key=key, selection_mode="multi")
            st.text_input("In your words (may stay empty)", key=f"{key}-note", max_chars=MAX_NOTE // 2)
            st.form_submit_button("Keep this", on_click=_keep_reasons, args=(subject, key))
        st.html(f'<p class="note">{STAYS}</p>')


def _keep_reasons(subject: _Subject, key: str) -> None:
    words = [*(st.session_state[key] or []), st.session_state[f"{key}-note"]]
    if note := "; ".join(word.strip() for word in words if word.strip()):
        subject.say("down", note=note)


def _draw_wrong(subject: _Subject, given: Given) -> None:
    """Draw the form that calls a citation wrong, and what was called so."""
    key, label = subject.key, "Report a citation that does not bear out its sentence"
    menu = st.popover(label, icon=":material/flag:", help=label, key=f"wrong-{key}", on_change="rerun")
    if not menu.open:
        return
    citations = {item.n: item for item in subject.answer.citations}
    with menu:
        st.html(f'<p class="note">{STAYS}</p>')
        for n in citations:
            said, note = given.get((subject.conversation, subject.position, n), ("taken back", ""))
            if said == "wrong":
                _draw_called(subject, n, note)
        with st.form(f"wrong-form-{key}", border=False, clear_on_submit=True):
            st.selectbox(
                "Which citation is wrong?",
                list(citations),
                format_func=lambda n: _named(citations[n]),
                key=f"wrong-n-{key}",
            )
            st.text_area(
                "What is wrong with it? (may stay empty)", key=f"wrong-note-{key}", max_chars=MAX_NOTE
            )
            st.form_submit_button("Keep this", key=f"wrong-keep-{key}", on_click=_call_wrong, args=(subject,))


def _call_wrong(subject: _Subject) -> None:
    state = st.session_state
    subject.say("wrong", state[f"wrong-n-{subject.key}"], state[f"wrong-note-{subject.key}"])


def _draw_called(subject: _Subject, n: int, note: str) -> None:
    with st.container(horizontal=True, key=f"called-{subject.key}-{n}", vertical_alignment="center"):
        about = f": {note}" if note else ""
        st.html(f'<p class="called-wrong">You called [{n}] wrong{html_text(about)}</p>')
        st.button(
            f"Take back [{n}]".replace("[", r"\[").replace("]", r"\]"),
            key=f"unsay-{subject.key}-{n}",
            type="tertiary",
            on_click=subject.say,
            args=("taken back", n),
        )


def _named(citation: Citation) -> str:
    quote = " ".join(citation.quote.split())
    short = quote if len(quote) <= SHORT else quote[:SHORT].rsplit(" ", 1)[0] + " …"
    return f"[{citation.n}] “{short}” – {place(citation)}"


def _draw_export(subject: _Subject) -> None:
    """Draw the files to download and the text to copy, of the answer or of the whole conversation."""
    key, label = subject.key, "Copy or download"
    menu = st.popover(label, icon=":material/download:", help=label, key=f"export-{key}", on_change="rerun")
    if not menu.open:
        return
    turns, title = [subject.turns[subject.position]], subject.answer.question
    with menu:
        if len(subject.turns) > 1:
            whole = st.radio(
                "What", ["This answer", "The whole conversation"], key=f"what-{key}", horizontal=True
            )
            if whole != "This answer":
                turns, title = list(subject.turns), subject.title
        about = about_cited(turns, subject.find)
        st.html(
            '<p class="note">Download. Markdown, HTML and JSON can be checked again with <code>bpo-kpo verify</code>:</p>'
        )
        with st.container(horizontal=True, key=f"downloads-{key}", gap="xsmall"):
            for form, (name, mime) in FORMS.items():
                st.download_button(
                    name,
                    data=partial(to_file, turns, title, form, about),  # made when it is clicked
                    file_name=file_name(title, form),
                    mime=mime,
                    key=f"download-{form}-{key}",
                    on_click="ignore",
                )
        st.html('<p class="note">Or copy as Markdown:</p>')
        st.code(to_markdown(turns, title, about), language=None, wrap_lines=True)


def _given(folder: Path) -> Given:
    """Return what counts of what was said of each answer; nothing where the file is damaged."""
    try:
        stamp = (folder / FILE).stat()
    except OSError:
        return {}
    return _read(folder, (stamp.st_size, stamp.st_mtime_ns))


@st.cache_data(show_spinner=False, max_entries=8)
def _read(folder: Path, stamp: tuple[int, int]) -> Given:  # read anew when the file has changed
    try:
        return {row.about: (row.said, row.note) for row in in_force(read(folder))}
    except InputError:
        return {}
