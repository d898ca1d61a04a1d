"""The settings page: what is in force, what can be chosen, and that a choice which fails changes nothing."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from listing import listing
from patience import LONG_S, ended, free_port
from playwright.sync_api import Browser, Page, expect
from site_page import opened as at
from site_page import settled, wait_for_server
from streamlit.testing.v1 import AppTest

import ui.page.settings.settings
from assistant.core.settings import load_settings
from assistant.index.thresholds import thresholds_path
from eval.health.file import health_path, shipped_health
from ui.page.start import HOST
from ui.providers.health import health_line, measured_line
from ui.providers.servers import Found

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = """
import streamlit as st
from assistant.core.errors import ModelError
from assistant.core.settings import load_settings
from ui.page.settings.settings import draw_settings

base = load_settings(data_dir={data!r})

def choose(settings):
    if settings.checker == "llm":
        raise ModelError("--checker llm needs a chat model: give one")
    st.session_state["chosen"] = settings

timings = [{{"total": 1.26, "generate": 0.0}}] if st.session_state.get("asked") else []
draw_settings(base, st.session_state.get("chosen", base), choose, timings)
"""
LLAMA = Found(server="Ollama", provider="ollama", name="llama3.2:latest", base_url="http://127.0.0.1:11434")


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> list[list[Found]]:
    """Let the servers of this machine be none; the list holds what is found at each look, the last one for good."""
    looks: list[list[Found]] = [[]]
    monkeypatch.setattr(
        ui.page.settings.settings, "found_models", lambda: looks.pop(0) if len(looks) > 1 else looks[0]
    )
    for name in [name for name in os.environ if name.startswith("BPO_KPO_") or name == "OPENAI_API_KEY"]:
        monkeypatch.delenv(name)
    return looks


def drawn(folder: Path) -> AppTest:
    return AppTest.from_string(SCRIPT.format(data=str(folder)), default_timeout=LONG_S).run()


def in_force(app: AppTest) -> str:
    html = "".join(element.value for element in app.html)
    table = html[html.index("<table") : html.index('<h2 class="title">Choose')]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", table)).strip()


def use(app: AppTest) -> AppTest:
    return app.button("settings-use").click().run()


def test_what_is_in_force_is_shown_with_its_origin_and_its_cost(
    tmp_path: Path, found: list[list[Found]]
) -> None:
    app = drawn(tmp_path)
    assert in_force(app) == (
        "Setting Value From Model Quotations only, no model default Threshold 0.55 (Balanced) default "
        "Number of passages 8 default Checker auto default Sentences not verified shown, marked as not verified default "
        "About 0.6 s an answer on two cores."
    )
    assert app.radio("settings-model").value == "none"
    assert not [button for button in app.button if button.key == "settings-back"]
    app.session_state["asked"] = True
    assert in_force(app.run()).endswith("Measured here over 1 answer: 1.3 s an answer.")


def test_a_choice_is_put_in_force_and_taken_back(tmp_path: Path, found: list[list[Found]]) -> None:
    app = drawn(tmp_path)
    app.radio("settings-step-0").set_value("Only when sure")
    app.number_input("settings-passages-0").set_value(12)
    use(app)
    assert [item.value for item in app.success] == [r"These settings are in force now\."]
    assert "Threshold 0.775 (Only when sure) chosen here Number of passages 12 chosen here" in in_force(app)
    chosen = app.session_state["chosen"]
    assert (chosen.min_evidence, chosen.passages, chosen.drafts) == (0.775, 12, False)
    for round_ in (1, 2):
        app.button("settings-back").click().run()
        assert "Threshold 0.55 (Balanced) default Number of passages 8 default" in in_force(app)
        assert app.number_input(f"settings-passages-{round_}").value == 8
        assert app.radio(f"settings-step-{round_}").value == "Balanced"
        app.number_input(f"settings-passages-{round_}").set_value(12)
        use(app)
        assert app.session_state["chosen"].passages == 12


def test_how_well_the_chosen_model_cites_is_told(tmp_path: Path, found: list[list[Found]]) -> None:
    def told(app: AppTest) -> str:
        return "".join(
            element.value for element in app.html if "cites" in element.value or "json" in element.value
        )

    app = drawn(tmp_path)
    assert told(app) == ""
    app.radio("settings-model").set_value("embedded").run()
    [shipped] = shipped_health()
    assert told(app) == (
        f'<p class="note">How well it cites: {health_line(shipped)} ({measured_line(shipped)}).</p>'
    )
    app.radio("settings-model").set_value("other").run()
    assert told(app) == ""
    app.text_input("settings-name-0").set_value("openai:<b>m</b>").run()
    assert "How well this model cites was not measured" in told(app)
    health_path(tmp_path).write_text("{", encoding="utf-8")
    assert "health.json is damaged" in told(app.run())


def test_a_threshold_of_one_s_own_comes_before_the_named_ones(
    tmp_path: Path, found: list[list[Found]]
) -> None:
    app = drawn(tmp_path)
    app.number_input("settings-own-0").set_value(0.45)
    use(app)
    assert "Threshold 0.45 chosen here" in in_force(app)
    app.radio("settings-step-0").set_value("Answer more").run()
    assert app.number_input("settings-own-0").value is None
    assert "Threshold 0.275 (Answer more) chosen here" in in_force(use(app))


@pytest.mark.parametrize(
    ("name", "address", "words"),
    [
        ("", "", "the model 'PROVIDER:NAME' is not a model's name"),
        ("openai:m", "", "openai:m needs a key: set OPENAI_API_KEY"),
        ("openai:m", "ftp://x", "“Server address” is 'ftp://x'"),
        ("openai:m", "http://127.0.0.1:9/v1", "openai:m cannot be reached at http://127.0.0.1:9/v1"),
    ],
)
def test_a_model_that_cannot_be_had_leaves_the_settings_before(
    tmp_path: Path, found: list[list[Found]], name: str, address: str, words: str
) -> None:
    app = drawn(tmp_path)
    before = in_force(app)
    app.radio("settings-model").set_value("other").run()
    app.text_input("settings-name-0").set_value(name)
    app.text_input("settings-address-0").set_value(address)
    use(app)
    (error,) = [item.value.replace("\\", "").replace("`", "") for item in app.error]
    assert error.startswith(words) and error.endswith(". The settings before stay in force.")
    assert "\n" not in error and "--" not in error
    assert in_force(app) == before and "chosen" not in app.session_state


def test_what_cannot_be_opened_leaves_the_settings_before(tmp_path: Path, found: list[list[Found]]) -> None:
    app = drawn(tmp_path)
    app.text_input("settings-checker-0").set_value("llm")
    use(app)
    (error,) = [item.value.replace("\\", "") for item in app.error]
    assert error == "“Checker” llm needs a chat model: give one. The settings before stay in force."
    app.text_input("settings-checker-0").set_value("magic")
    use(app)
    assert app.error[0].value.replace("\\", "").startswith("“Checker” is 'magic': use auto, judge")
    assert "Checker auto default" in in_force(app)


def test_models_of_local_servers_are_listed_anew_on_demand_and_chosen(
    tmp_path: Path, found: list[list[Found]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "ui.page.settings.choices.prove", lambda settings: None
    )  # that server does not run here
    found[:] = [[], [LLAMA]]
    app = drawn(tmp_path)
    assert [name for name in app.radio("settings-model").options] == [
        "Quotations only", r"Embedded model \(SmolLM2\-135M\)", "Another model",
    ]  # fmt: skip
    assert app.run() and len(app.radio("settings-model").options) == 3
    app.button("settings-look").click().run()
    assert app.radio("settings-model").options[2] == r"llama3\.2\:latest \(Ollama\, port 11434\)"
    app.radio("settings-model").set_value("ollama:llama3.2:latest http://127.0.0.1:11434")
    use(app)
    chosen = app.session_state["chosen"]
    assert (chosen.model, chosen.base_url) == ("ollama:llama3.2:latest", "http://127.0.0.1:11434")
    assert "Model ollama:llama3.2:latest at http://127.0.0.1:11434 chosen here" in in_force(app)


def test_a_damaged_calibration_is_one_line(tmp_path: Path, found: list[list[Found]]) -> None:
    path = thresholds_path(load_settings(data_dir=tmp_path))
    path.parent.mkdir(parents=True)
    path.write_text("{}")
    app = drawn(tmp_path)
    assert len(app.error) == 1 and "calibrate" in app.error[0].value


def test_a_key_is_never_shown(
    tmp_path: Path, found: list[list[Found]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-0123456789")
    app = drawn(tmp_path)
    app.radio("settings-model").set_value("other").run()
    app.text_input("settings-name-0").set_value("openai:m")
    use(app)
    assert "environment variable OPENAI_API_KEY, which is set." in in_force(app)
    assert "sk-secret" not in str(app.main) + "".join(element.value for element in app.html)


# --- in a real browser ---


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("settings")
    names = ["llama3.2:latest", "<img src=x onerror=document.title=1>", "a_very_long_name_" * 6]
    with listing({"models": [{"name": name} for name in names]}) as (ollama, _):
        ports = (
            "import ui.page.settings.settings as p, ui.providers.servers as s\n"
            f"s.TIMEOUT_S = s.LIMIT_S = {LONG_S}\n"
            f"p.found_models = lambda: s.found_models({{'Ollama': {ollama}}})\n"
        )
        script = folder / "page.py"
        script.write_text(
            "import streamlit as st; st.set_page_config(layout='wide'); st.html(" + repr(ROOT / "ui" / "page" / "style.css").replace("PosixPath", "__import__('pathlib').Path") + ")\n"
            + ports + SCRIPT.format(data=str(folder))
        )  # fmt: skip
        port, log = free_port(), folder / "server.log"
        clean = {name: value for name, value in os.environ.items() if not name.startswith("BPO_KPO_")}
        command = [sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={port}"]
        command += [f"--server.address={HOST}", "--server.headless=true", "--browser.gatherUsageStats=false"]
        with log.open("wb") as out:
            process = subprocess.Popen(
                [*command, "--server.fileWatcherType=none"],
                cwd=ROOT, env=clean | {"PYTHONPATH": str(ROOT)}, stdout=out, stderr=out,
            )  # fmt: skip
        try:
            wait_for_server(process, port, log)
            yield f"http://{HOST}:{port}"
        finally:
            ended(process)
        assert "Traceback" not in log.read_text()


def opened(browser: Browser, address: str, width: int) -> Page:
    page = at(browser, address, width)
    expect(page.get_by_role("button", name="Use these settings")).to_be_visible()
    return page


def test_settings_are_chosen_with_the_keyboard_alone(browser: Browser, address: str) -> None:
    page = opened(browser, address, 1440)
    settled(page)
    group = page.get_by_role("radiogroup", name="Strictness")
    group.get_by_role("radio").nth(1).focus()
    page.keyboard.press("ArrowDown")
    expect(group.get_by_role("radio").nth(2)).to_be_checked()
    settled(page)
    page.get_by_role("button", name="Use these settings").press("Enter")
    row = page.locator("table.settings tr", has_text="Threshold")
    expect(row).to_contain_text("0.775 (Only when sure)")
    expect(row).to_contain_text("chosen here")
    page.get_by_role("button", name="Back to the settings at the start").press("Enter")
    expect(row).to_contain_text("0.55 (Balanced)")
    expect(page.get_by_role("radiogroup", name="Strictness").get_by_role("radio").nth(1)).to_be_checked()
    page.context.close()


def test_a_name_from_a_server_is_text_and_a_narrow_screen_holds_it(browser: Browser, address: str) -> None:
    page = opened(browser, address, 360)
    models = page.get_by_role("radiogroup", name="Model")
    expect(models.get_by_role("radio")).to_have_count(5)  # the one with markup in it is no model's name
    expect(models).to_contain_text("llama3.2:latest (Ollama, port")
    expect(page.locator("img[src=x]")).to_have_count(0)
    settled(page)
    page.get_by_text("Another model").click()
    page.get_by_role("textbox", name="Name of the model").fill("openai:<b>m</b>")
    page.get_by_role("textbox", name="Name of the model").press("Enter")
    expect(page.get_by_text("How well this model cites was not measured")).to_be_visible()
    settled(page)
    page.get_by_role("button", name="Use these settings").click()
    expect(page.get_by_test_id("stAlert")).to_contain_text("openai:<b>m</b>")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert page.evaluate(
        "[...document.querySelectorAll('button')].every(b => b.innerText.trim() || b.ariaLabel)"
    )
    page.context.close()
