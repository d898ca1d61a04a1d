import check_corpus


def test_every_article_and_claim_is_in_order() -> None:
    paths = check_corpus.articles()
    assert len(paths) == 20
    assert [problem for path in paths for problem in check_corpus.article_problems(path)] == []
    assert check_corpus.coverage_problems(paths) == []


def test_the_corpus_has_the_length_it_should() -> None:
    total = sum(len(check_corpus.words(check_corpus.read(path)[1])) for path in check_corpus.articles())
    assert 12_000 <= total <= 20_000


def test_no_six_words_are_shared_with_the_articles_it_reports_on() -> None:
    sources = sorted(check_corpus.SOURCES.glob("*.txt"))  # not part of the repository; checked where present
    assert check_corpus.copied_runs(check_corpus.articles(), sources) == []


def test_the_check_finds_a_copied_run() -> None:
    copied = check_corpus.runs("A provider's team answers every single call.") & check_corpus.runs(
        "The providers team answers every single call today."
    )
    assert copied == {("providers", "team", "answers", "every", "single", "call")}
