"""Figures in words, foreign text made harmless, and the geometry of the plots."""

from xml.etree import ElementTree

import pytest

from eval.metrics.base.risk import Point
from eval.report.figures import amount, interval_words, seconds, share, value_words
from eval.report.foreign import html, line, markdown, xml
from eval.report.page.plots import axis_top, bar, histogram, risk_curve
from eval.run.types import Measure


def measure(
    value: float | None, low: float | None = None, high: float | None = None, **more: object
) -> Measure:
    given = {"name": "m", "label": "M", "group": "answers", "count": 12, "better": "higher", **more}
    return Measure(value=value, low=low, high=high, **given)  # type: ignore[arg-type]


def test_a_share_is_never_rounded_to_all_or_nothing() -> None:
    assert [share(value) for value in (0.0, 1.0, 0.8666, 0.996, 0.9996, 0.004, 0.00004)] == [
        "0.00",
        "1.00",
        "0.87",
        "0.996",
        "0.9996",
        "0.004",
        "<0.0001",
    ]
    assert [seconds(value) for value in (0, 0.0134, 0.214, 12.44, 310.2)] == [
        "0",
        "0.013",
        "0.21",
        "12.4",
        "310",
    ]
    assert (amount(3.0), amount(2.5)) == ("3", "2.5")


def test_a_figure_has_its_interval() -> None:
    share_of, time = measure(0.866, 0.81, 0.92), measure(1.907, 0.7419, 10.55, unit="seconds")
    assert (value_words(share_of), interval_words(share_of)) == ("0.87", "[0.81, 0.92]")
    assert (value_words(time), interval_words(time)) == ("1.91 s", "[0.74, 10.6]")
    assert (value_words(measure(0.5)), interval_words(measure(0.5))) == ("0.50", "")
    assert value_words(measure(None)) == "-"


def test_html_is_escaped_and_what_cannot_be_seen_is_marked() -> None:
    assert html("<b>&\"'") == "&lt;b&gt;&amp;&quot;&#x27;"
    mark = '<span class="unseen" title="{}">{}</span>'
    assert html("a\u202eb") == "a" + mark.format("right-to-left override", "U+202E") + "b"
    assert html("\u200b" * 3 + "\x00") == mark.format("zero width space", "U+200B×3") + mark.format(
        "control character", "U+0000"
    )
    assert html("\ud800").isascii()
    assert html("a\r\nb\u2028c\td") == "a\nb\nc\td"


def test_markdown_shows_every_sign_and_makes_no_link() -> None:
    assert markdown("a *b* _c_ <i> | [x](y) `z`") == r"a \*b\* \_c\_ \<i\> \| \[x\](y) \`z\`"
    assert markdown("see https://evil.test/ or @team #12, nDCG@10") == (
        "see `https://evil.test/` or `@team` `#12,` nDCG@10"
    )
    assert markdown("x@y.org|`", cell=True) == r"`` x@y.org\|` ``"
    assert markdown("one\n\n# two\u202e") == "one \\# two\ufffd"


def test_xml_and_one_line_hold_no_control_characters() -> None:
    assert xml("a\x00\x0b\ufffe\ud800\nb") == "a\ufffd\ufffd\ufffd\ufffd\nb"
    assert line("  a\n\u200fb  ") == "a \ufffdb"


def test_a_bar_is_as_long_as_its_value_and_the_line_as_its_interval() -> None:
    drawn = ElementTree.fromstring(bar(measure(0.87, 0.81, 0.92)))
    track, fill = drawn.findall("rect")
    assert (track.get("width"), fill.get("width")) == ("100%", "87.00%")
    across, low, high = drawn.findall("line")
    assert (across.get("x1"), across.get("x2"), across.get("y1"), across.get("y2")) == (
        "81.00%",
        "92.00%",
        "9",
        "9",
    )
    assert (low.get("x1"), low.get("x2"), high.get("x1"), high.get("x2")) == (
        "81.00%",
        "81.00%",
        "92.00%",
        "92.00%",
    )
    slow = ElementTree.fromstring(bar(measure(0.5, unit="seconds"), 2.0))
    assert [item.get("width") for item in slow.findall("rect")] == ["100%", "25.00%"]
    assert slow.findall("line") == []
    assert bar(measure(None)) == ""


@pytest.mark.parametrize(("highest", "top"), [(0.33, 0.4), (1.0, 1.0), (10.6, 12.0), (0.0, 1.0), (7.0, 8.0)])
def test_an_axis_ends_on_a_round_number(highest: float, top: float) -> None:
    assert axis_top([0.0, highest]) == pytest.approx(top)


def test_the_curve_goes_in_steps_from_the_highest_threshold_to_the_run_as_it_was() -> None:
    points = [
        Point(threshold=0.4, coverage=1.0, shown=10, wrong=2),
        Point(threshold=0.9, coverage=0.5, shown=5, wrong=2),
    ]
    drawn = ElementTree.fromstring(risk_curve(points))
    path, dot = drawn.find("path"), drawn.find("circle")
    assert path is not None and dot is not None
    # 354 wide from 44, 172 high above 208: coverage .5 is at 221, risk .4 of .4 at 36, risk .2 at 122
    assert path.get("d") == "M221.0,36.0H398.0V122.0"
    assert (dot.get("cx"), dot.get("cy")) == ("398.0", "122.0")
    assert drawn.get("aria-label") == "Risk over coverage, 2 thresholds; as run: 0.20 at 1.00"


def test_a_histogram_counts_every_answer_once_and_marks_two_percentiles() -> None:
    values = [0.1, 0.1, 0.4, 1.0]
    drawn = ElementTree.fromstring(histogram(values, 1.0, "Whole <answer>"))
    heights = [float(item.get("height", "")) for item in drawn.findall("rect")]
    assert heights == [172.0, 86.0, 86.0]  # the last stands in the last bin
    told = [item.text for item in drawn.findall("text") if item.get("class") == "told"]
    assert told == ["median 0.25 s", "p95 0.91 s"]  # .4 + .85 * .6
    label = "Whole <answer>: median 0.25 s, 95th percentile 0.91 s, 4 answers"
    assert drawn.get("aria-label") == label
