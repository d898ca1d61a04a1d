"""Draw the settings page: what is in force and where it comes from, and what can be chosen."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from assistant.core.errors import AssistantError
from assistant.core.settings import EMBEDDED_MODEL, Settings
from assistant.index.thresholds import in_force
from assistant.show.escape import escape_markdown, html_text
from eval.health.file import known_health
from ui.page.settings.choices import (
    LABELS,
    changed,
    cost_text,
    is_chosen,
    key_text,
    model_text,
    step_of,
    strictness,
    tried,
    whence,
)
from ui.providers.health import health_line, measured_line
from ui.providers.model_list import health_of_model
from ui.providers.servers import Found, found_models

Choose = Callable[[Settings], None]
QUOTE, EMBEDDED, OTHER = "none", "embedded", "other"  # entries of the list of models that are always there
UNNAMED = "PROVIDER:NAME"
AUTO = "auto"
STRICT: dict[str, bool | None] = {"As suits the model": None, "Shown, marked": False, "Hidden": True}
SAYS = {
    "Answer more": "Fewer questions are declined, and more answers miss the question.",
    "Balanced": "The threshold that was calibrated or set, or else the default.",
    "Only when sure": "More questions are declined, and fewer answers miss the question.",
}
MODEL, STEP, OWN = "settings-model", "settings-step", "settings-own"
SAID, FOUND, ROUND = "settings-said", "settings-found", "settings-round"


def draw_settings(
    base: Settings,
    current: Settings,
    choose: Choose,
    timings: Sequence[Mapping[str, float]] = (),
) -> None:
    """Draw the page. `base` is what the program was started with, `current` what was chosen since.

    Both are settings as loaded, before a calibrated threshold is put in. `choose` puts settings in force and raises
    AssistantError where it cannot; then those before stay. `timings` are those of this session's answers by the
    model in force, in seconds.
    """
    st.html(Path(__file__).with_name("settings.css"))
    st.html('<h1 class="title">Settings</h1>')
    try:
        _draw_page(base, current, choose, timings)
    except AssistantError as error:  # a damaged calibration, for one
        st.error(escape_markdown(str(error)))


def _draw_page(
    base: Settings, current: Settings, choose: Choose, timings: Sequence[Mapping[str, float]]
) -> None:
    opened = MODEL not in st.session_state  # its widget was not drawn a moment ago
    with st.container(key="settings-in-force"):
        st.html(_in_force_html(base, current, timings))
    with st.container(key="settings-choice"):
        st.html('<h2 class="title">Choose</h2>')
        model = _draw_model(base, current, look=opened)
        threshold = _draw_strictness(base, current)
        with st.expander("More", key="settings-more", type="compact"):
            own = _draw_own_threshold(base, current)
            passages = _draw_passages(current)
            checker = _draw_checker(current)
            strict = _draw_strict(current)
        values = {**model, "passages": passages, "checker": checker, "strict": strict}
        values["min_evidence"] = threshold if own is None else own
        with st.container(horizontal=True, key="settings-do"):
            use = st.button("Use these settings", key="settings-use", type="primary")
            if is_chosen(base, current):
                st.button(
                    "Back to the settings at the start",
                    key="settings-back",
                    on_click=_back,
                    args=(base, choose),
                )
        _draw_said()  # beside the button that was pressed, so that it is in view
    if use:
        with st.spinner("Loading …"):
            st.session_state[SAID] = _used(base, choose, values)
        st.rerun()


def _used(base: Settings, choose: Choose, values: Mapping[str, Any]) -> tuple[bool, str]:
    """Put a choice in force; return whether it is, and what to tell the reader."""
    try:
        tried(changed(base, **values), choose)
    except AssistantError as error:
        return False, f"{str(error).rstrip('.')}. The settings before stay in force."
    return True, "These settings are in force now."


def _back(base: Settings, choose: Choose) -> None:
    try:
        choose(base)
    except AssistantError as error:
        st.session_state[SAID] = (False, str(error))
        return
    times = st.session_state.get(ROUND, 0)
    for key in [key for key in st.session_state if str(key).startswith("settings-")]:
        if key not in (FOUND, SAID):
            del st.session_state[key]
    st.session_state[ROUND] = times + 1
    st.session_state[SAID] = (True, "The settings of the start are in force again.")


def _draw_said() -> None:
    with st.container(key="settings-said-box"):
        if SAID in st.session_state:
            fine, words = st.session_state.pop(SAID)
            (st.success if fine else st.error)(escape_markdown(words))


def _in_force_html(base: Settings, current: Settings, timings: Sequence[Mapping[str, float]]) -> str:
    """Return what is in force now, one line a setting with where it comes from, and what it costs in time."""
    threshold = in_force(current).min_evidence
    step = step_of(base, threshold)
    values = {
        "model": model_text(current),
        "min_evidence": f"{threshold:g}" + (f" ({step})" if step else ""),
        "passages": str(current.passages),
        "checker": current.checker,
        "strict": "hidden" if current.hides_unverified else "shown, marked as not verified",
    }
    rows = "".join(
        f'<tr><th scope="row">{LABELS[name]}</th><td>{html_text(value)}</td>'
        f'<td class="whence">{html_text(whence(name, base, current))}</td></tr>'
        for name, value in values.items()
    )
    key = key_text(current.model, current.base_url) if current.drafts else ""
    notes = "".join(
        f'<p class="note">{html_text(note)}</p>' for note in (cost_text(current, timings), key) if note
    )
    head = '<tr class="head"><th scope="col">Setting</th><th scope="col">Value</th><th scope="col">From</th></tr>'
    return f'<h2 class="title">In force now</h2><table class="settings">{head}{rows}</table>{notes}'


def _draw_model(base: Settings, current: Settings, *, look: bool) -> dict[str, Any]:
    """Draw the models to choose from; return what is chosen as settings."""
    if look or FOUND not in st.session_state:
        st.session_state[FOUND] = found_models()
    found: list[Found] = st.session_state[FOUND]
    entries = {QUOTE: "Quotations only", EMBEDDED: "Embedded model (SmolLM2-135M)"}
    entries |= {f"{item.model} {item.base_url}": item.label for item in found}
    entries[OTHER] = "Another model"
    captions = [
        "Nothing can be said that the articles do not say.",
        "Small and often wrong; what fails is withheld.",
    ]
    captions += ["On this machine." for _ in found] + ["By its name."]
    now = _entry(current, found)
    if st.session_state.get(MODEL) not in entries:
        st.session_state[MODEL] = now  # a server may have gone since
    chosen = st.radio(
        "Model", list(entries), key=MODEL, captions=captions, format_func=lambda one: escape_markdown(entries[one])
    )  # fmt: skip
    st.button(
        "Look again for models on this machine", key="settings-look", icon=":material/refresh:", type="tertiary",
        on_click=lambda: st.session_state.pop(FOUND, None),
    )  # fmt: skip
    if chosen == OTHER:
        values = _draw_other(current if now == OTHER else base)
    elif chosen in (QUOTE, EMBEDDED):
        values = {"model": QUOTE if chosen == QUOTE else EMBEDDED_MODEL}
    else:
        item = next(item for item in found if f"{item.model} {item.base_url}" == chosen)
        values = {"model": item.model, "base_url": item.base_url}
    if values["model"] not in (QUOTE, UNNAMED):
        st.html(_health_html(base, values["model"], values.get("base_url")))
    return values


def _health_html(base: Settings, model: str, base_url: str | None) -> str:
    """Return how well a model cites, as far as that was measured; where it was not, how to."""
    try:
        health = health_of_model(known_health(base.data_dir), model, base_url, base.draft_form)
    except AssistantError as error:
        return f'<p class="note">{html_text(str(error))}</p>'
    if health is None:
        words = "How well this model cites was not measured: `bpo-kpo models --measure MODEL` does."
    else:
        words = f"How well it cites: {health_line(health)} ({measured_line(health)})."
    return f'<p class="note">{html_text(words)}</p>'


def _entry(current: Settings, found: Sequence[Found]) -> str:
    """Return the entry of the list that stands for the settings in force."""
    if not current.drafts:
        return QUOTE
    if current.model == EMBEDDED_MODEL:
        return EMBEDDED
    listed = {(item.model, item.base_url): f"{item.model} {item.base_url}" for item in found}
    return listed.get((current.model, current.base_url or ""), OTHER)


def _draw_other(shown: Settings) -> dict[str, Any]:
    known = shown.model if shown.model not in ("none", EMBEDDED_MODEL) else ""
    name = st.text_input(
        "Name of the model", value=known, key=_key("settings-name"), max_chars=200, placeholder=UNNAMED,
        help="As LangChain names it, for example openai:gpt-4o-mini or ollama:qwen2.5",
    )  # fmt: skip
    address = st.text_input(
        "Server address, where it is your own", value=shown.base_url or "", key=_key("settings-address"), max_chars=300,
        placeholder="http://127.0.0.1:8000/v1",
    )  # fmt: skip
    if key := key_text(name.strip(), address.strip() or None):
        st.html(f'<p class="note">{html_text(key)}</p>')
    return {"model": name.strip() or UNNAMED, "base_url": address.strip() or None}


def _draw_strictness(base: Settings, current: Settings) -> float | None:
    """Draw the three thresholds; return the one chosen, None where it is the base's own."""
    steps = strictness(base)
    now = step_of(base, in_force(current).min_evidence)
    chosen = st.radio(
        "Strictness", list(steps), index=list(steps).index(now) if now else None, key=_key(STEP),
        captions=[f"{SAYS[name]} Threshold {value:g}." for name, value in steps.items()], on_change=_clear_own,
    )  # fmt: skip
    return None if chosen in (None, "Balanced") else steps[chosen]


def _clear_own() -> None:
    """Take out the threshold of one's own, so that the step chosen last is the one meant."""
    st.session_state[_key(OWN)] = None


def _draw_own_threshold(base: Settings, current: Settings) -> float | None:
    if _key(OWN) not in st.session_state:
        threshold = in_force(current).min_evidence
        st.session_state[_key(OWN)] = None if step_of(base, threshold) else threshold
    own: float | None = st.number_input(
        "Threshold of your own, from 0 to 1", 0.0, 1.0, value=None, step=0.05, key=_key(OWN),
        placeholder="as chosen above",
        help="The score that the best evidence must reach, or else the question is declined.",
    )  # fmt: skip
    return own


def _draw_passages(current: Settings) -> int:
    passages: int = st.number_input(
        LABELS["passages"], 1, 50, value=current.passages, key=_key("settings-passages"),
        help="How many passages are read for a question; more take longer.",
    )  # fmt: skip
    return passages


def _draw_checker(current: Settings) -> str:
    checker = st.text_input(
        LABELS["checker"], value=current.checker, key=_key("settings-checker"), max_chars=300,
        help="auto, judge, llm, llm:PROVIDER:NAME or cross-encoder:NAME_OR_PATH: who decides where the embedded judge is not sure",
    )  # fmt: skip
    return checker.strip() or AUTO


def _draw_strict(current: Settings) -> bool | None:
    """Draw what happens to a model's sentences that are only likely; None leaves it to the model in force."""
    chosen = st.radio(
        LABELS["strict"], list(STRICT), index=list(STRICT.values()).index(current.strict), key=_key("settings-strict"),
        captions=["Hidden for the embedded model, else shown.", "Beside the quotation they rest on.",
                  "Nothing is shown that the check does not call supported."],
    )  # fmt: skip
    return STRICT[chosen]


def _key(name: str) -> str:
    """Return the key of a widget; going back to the start gives every widget a new one, and so its value anew."""
    return f"{name}-{st.session_state.get(ROUND, 0)}"
