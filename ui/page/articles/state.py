"""State of the articles page in one browser session, and the work that is going on there."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from assistant.core.settings import Settings
from assistant.models.embedder.embedder import Embedder
from assistant.models.embedder.load import load_embedder
from assistant.show.escape import escape_markdown, html_text
from ui.library.job import Job, Outcome

TOLD_S = 30  # seconds that what came of a piece of work stays
Work = Callable[[Embedder, Job], Outcome]


@dataclass
class Desk:
    """State of the page in one browser session."""

    opened: str | None = None  # id of the article that is read
    job: Job | None = None  # at work, or done and not yet put away

    @property
    def busy(self) -> bool:
        """Whether work is going on."""
        return self.job is not None and not self.job.done.is_set()

    def begin(self, settings: Settings, title: str, work: Work) -> None:
        """Start work in the background, unless some is going on."""
        if not self.busy:
            self.job = Job(title)
            self.job.start(lambda job: work(load_embedder(settings), job))

    def put_away(self) -> None:
        """Forget work that is done."""
        if not self.busy:
            self.job = None


def draw_job(desk: Desk) -> None:
    """Draw how far the work is, or what came of it."""
    if desk.busy:
        _watch(desk)
    elif desk.job is not None and desk.job.age > TOLD_S:
        desk.put_away()
    elif desk.job is not None:
        with st.container(key="library-outcome", gap="xsmall"):
            failed = desk.job.outcome.failed if desk.job.outcome else ()
            if desk.job.outcome:
                show = st.warning if failed else st.success
                show(escape_markdown(desk.job.outcome.line))
            else:
                st.error(escape_markdown(desk.job.error or ""))
            rows = "".join(f"<li><b>{html_text(name)}</b> {html_text(why)}</li>" for name, why in failed)
            if rows:
                st.html(f'<p class="note">Not added:</p><ul class="failed">{rows}</ul>')
            st.button("Close the message", key="library-close", type="tertiary", on_click=desk.put_away)
            _fade(desk)


@st.fragment(run_every=5.0)
def _fade(desk: Desk) -> None:
    """Take the message away once it was told long enough, whatever else is done."""
    if desk.job is None or desk.job.age > TOLD_S:
        st.rerun()


@st.fragment(run_every=0.5)
def _watch(desk: Desk) -> None:
    """Draw the progress by itself, so that the rest of the page stays free to use."""
    job = desk.job
    if job is None or not desk.busy:
        st.rerun()
    stage = "Stopping" if job.stopping else job.stage
    st.progress(job.share, text=f"{job.title}: {stage} …")
    st.button("Stop", key="library-stop", on_click=job.stop, disabled=job.stopping, type="tertiary")
