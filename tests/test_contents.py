import pytest

from assistant.write.quote.topic.contents import asks_about_corpus, holdings


@pytest.mark.parametrize(
    "question",
    [
        "what can you tell me about?",
        "What can I ask you?",
        "Which topics do you cover?",
        "What articles do you have?",
        "What is this about?",
        "What is in this corpus?",
        "List all articles",
        "Hello, what can you do?",
        "What questions can you answer?",
        "What are the articles about?",
    ],
)
def test_questions_about_the_corpus(question: str) -> None:
    assert asks_about_corpus(question)


@pytest.mark.parametrize(
    "question",
    [
        "What can you tell me about KPO?",
        "Which topics does a BPO contract cover?",
        "What do the articles say about attrition?",
        "List the risks of outsourcing.",
        "What is this clause for?",
        "What documents are there in an outsourcing contract?",
        "Who is Ashish Gupta?",
        "What can a KPO provider do?",
    ],
)
def test_questions_about_what_it_says(question: str) -> None:
    assert not asks_about_corpus(question)


def test_the_articles_are_named() -> None:
    assert holdings(["A", "B"]) == "The index holds 2 articles: A; B."
    assert holdings(["A"]) == "The index holds 1 article: A."
    assert holdings([]) == "The index holds no articles."
