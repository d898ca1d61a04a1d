import pytest

from assistant.answer.compose.disagreement import DATES_DIFFER, DIFFER, difference


@pytest.mark.parametrize(
    ("question", "quotes", "said"),
    [
        ("How big is the market?", ["It is 45.2 billion dollars.", "It is 71 billion dollars."], DIFFER),
        ("How high is attrition?", ["It was 45 per cent.", "Attrition was 31 per cent in 2022."], DIFFER),
        ("How high is attrition?", ["It was 45 per cent.", "They put it at 45 per cent."], None),
        ("How high is attrition?", ["It was 45 per cent.", "They paid 9 dollars."], None),
        ("How many bid?", ["It asks three to five firms.", "One firm wins."], None),
        ("When did it start?", ["It began in 1997.", "It began in 1993."], DATES_DIFFER),
        ("When did it start?", ["It began in 1997.", "In 1997 it opened."], None),
        ("Who started it?", ["It began in 1997.", "It began in 1993."], None),
        ("How long is it?", ["It takes 3 weeks."], None),
    ],
)
def test_figures_that_differ_are_said_to_differ(question: str, quotes: list[str], said: str | None) -> None:
    assert difference(question, quotes) == said
