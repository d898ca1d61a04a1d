import pytest

from assistant.core.errors import InputError
from assistant.core.types import Message
from assistant.index.lookup.lexical import LexicalIndex
from assistant.question.names import names_of_contrast
from assistant.question.read import complete, parts_of, read_question, settle_pronoun
from assistant.question.spelling import Vocabulary, mend

TEXTS = [
    "Knowledge process outsourcing needs experts.",
    "Outsourcing contracts name a price.",
    "Attrition in India",
]
LEXICAL = LexicalIndex.build(TEXTS)
WORDS = Vocabulary(TEXTS)


def test_misspelt_words_are_mended_from_the_corpus() -> None:
    assert (
        mend("What is knowlege proces outsorcing?", LEXICAL, WORDS)
        == "What is knowledge process outsourcing?"
    )


def test_one_wrong_letter_of_five_is_mended() -> None:
    text = "Voice work is done by telephone."
    known, words = LexicalIndex.build([text]), Vocabulary([text])
    assert mend("What is voise work?", known, words) == "What is voice work?"


def test_an_inflected_word_is_no_misspelling() -> None:
    assert mend("Which expertsly contracts?", LEXICAL, WORDS) == "Which expertsly contracts?"


def test_a_word_with_a_figure_is_no_misspelling() -> None:
    text = "The firm Pangea3 was sold."
    known, words = LexicalIndex.build([text]), Vocabulary([text])
    assert mend("Who bought pangea3?", known, words) == "Who bought pangea3?"


def test_accents_make_no_other_word() -> None:
    known = LexicalIndex.build(["The Café Évora is open.", "Nothing else."])
    assert known.holds("Evora") and known.holds("café") and not known.holds("Nevora")
    assert [at for at, _ in known.search("cafe", 2)] == [0]


def test_a_word_of_english_is_no_misspelling() -> None:
    texts = ["Whether outsourcing pays depends on the price."]
    known = LexicalIndex.build(texts)
    words = Vocabulary(texts)
    assert mend("What is the weather?", known, words) == "What is the weather?"
    assert mend("What is the wether?", known, words) == "What is the wether?"  # a sheep
    assert mend("Outsorcing?", known, words) == "Outsourcing?"


def test_words_far_from_the_corpus_and_names_stay() -> None:
    assert mend("Does photosynthesis need Indio?", LEXICAL, WORDS) == "Does photosynthesis need Indio?"


@pytest.mark.parametrize(
    ("question", "before", "read"),
    [
        ("What about KPO?", "What training does BPO need?", "What training does KPO need?"),
        ("And BPO?", "How is knowledge process outsourcing priced?", "How is BPO priced?"),
        ("and which is cheaper?", "How do BPO and KPO differ?", "Which is cheaper: BPO or KPO?"),
        ("Why is it higher?", "What is attrition in India?", "Why is attrition in India higher?"),
        ("and in India?", "What skills does KPO need?", "What skills does KPO need in India?"),
        ("And in Poland?", "How high is attrition in the Philippines?", "How high is attrition in Poland?"),
        ("What about Poland?", "How high is attrition in India?", "How high is attrition in Poland?"),
        ("what about the Philippines?", "What does India pay?", "What does the Philippines pay?"),
        (
            "How about India?",
            "What kind of work is the Philippines preferred for?",
            "What kind of work is India preferred for?",
        ),
        ("and in 2004?", "How big was the BPO market in 2003?", "How big was the BPO market in 2004?"),
        ("and its risks?", "What is BPO?", "What are BPO's risks?"),
        ("Who coined it?", "What is KPO?", "Who coined KPO?"),
        ("What is a service credit?", "How do BPO and KPO differ?", "What is a service credit?"),
        ("What about KPO?", "", "What about KPO?"),
        (
            "Why do contracts fail so often?",
            "How do BPO and KPO differ?",
            "Why do contracts fail so often?",
        ),
        ("And by when?", "What do I have to hand in?", "By when do I have to hand in?"),
        ("Why?", "Which is cheaper, gas or oil?", "Why is one cheaper, gas or oil?"),
        ("and how long does it take?", "How do I renew a pass?", "How long does it take to renew a pass?"),
        ("and hourly pricing?", "What is unit pricing?", "What is hourly pricing?"),
        ("and offshore?", "What is onshore outsourcing?", "What is offshore outsourcing?"),
        ("and QRO?", "What is XRO?", "What is QRO?"),
        ("and Bexley?", "What did Corbin say (pay rise)?", "What did Bexley say (pay rise)?"),
        ("who says it is KPO?", "Is payroll BPO or KPO?", "Who says payroll is KPO?"),
        ("who says otherwise?", "Is payroll BPO or KPO?", "Who says otherwise: is payroll BPO or KPO?"),
        ("what about lifts?", "Is payroll BPO or KPO?", "What about lifts: BPO or KPO?"),
        ("who saved the children?", "Did the dam burst?", "who saved the children?"),
        ("why did he do it?", "Who coined the term KPO?", "Why did he do it (coined term KPO)?"),
        ("and the other one?", "How big is the KPO market?", "How big is the BPO market?"),
        (
            "Does a supplier have the same deadline?",
            "How soon is a leak reported?",
            "Does a supplier have the same deadline (soon leak reported)?",
        ),
        (
            "Do nurses and teachers earn the same pay?",
            "What is RPA?",
            "Do nurses and teachers earn the same pay?",
        ),
    ],
)
def test_follow_ups_are_completed(question: str, before: str, read: str) -> None:
    assert complete(question, before) == read


@pytest.mark.parametrize(
    ("turns", "read"),
    [
        (("What is BPO?", "and KPO?", "which of the two pays better?"), "Which pays better: BPO or KPO?"),
        (("What is BPO?", "and KPO?", "do both need training?"), "Do both need training: BPO or KPO?"),
        (
            ("What is the limit in Lyon?", "and in Zurich?", "which one is higher?"),
            "Which is higher: Lyon or Zurich?",
        ),
        (
            ("What is unit pricing?", "and hourly pricing?", "which of them suits us?"),
            "Which suits us: unit pricing or hourly pricing?",
        ),
        (("What is attrition?", "Who buys KPO?", "do both matter?"), "Do both matter (buys KPO)?"),
    ],
)
def test_the_two_are_what_the_last_questions_ask_about(turns: tuple[str, ...], read: str) -> None:
    history = [Message(role="user", content=turn) for turn in turns[:-1]]
    assert read_question(turns[-1], history, LEXICAL, WORDS).parts == (read,)


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("What is BPO? Who coined KPO?", ("What is BPO?", "Who coined KPO?")),
        ("What does ITO stand for and who coined KPO?", ("What does ITO stand for?", "Who coined KPO?")),
        ("What is the difference between BPO and KPO?", ("What is the difference between BPO and KPO?",)),
        ("What is KPO and how is it priced?", ("What is KPO?", "How is KPO priced?")),
        (
            "We run a bakery in Hull. What is a captive and what does it cost?",
            ("We run a bakery in Hull. What is a captive?", "What does a captive cost?"),
        ),
        (
            "What do I have to hand in and by when?",
            ("What do I have to hand in?", "By when do I have to hand in?"),
        ),
        ("When does it start and where?", ("When does it start?", "Where does it start?")),
        ("Is a deposit needed, and how much?", ("Is a deposit needed?", "How much deposit is needed?")),
        ("Is there a fee, and if so, how much?", ("Is there a fee?", "How much fee is there?")),
        ("Is it open on Sunday, and why?", ("Is it open on Sunday?", "Why is it open on Sunday?")),
        ("Who owns the pier and since when?", ("Who owns the pier?", "Since when: who owns the pier?")),
        (
            "Which forms must I fill in and where?",
            ("Which forms must I fill in?", "Where must I fill the forms in?"),
        ),
        (
            "How much water does it need, and how often?",
            ("How much water does it need?", "How often does it need water?"),
        ),
        (
            "Which is cheaper, gas or oil, and why?",
            ("Which is cheaper, gas or oil?", "Why is one cheaper, gas or oil?"),
        ),
        ("Why was it shut and by whom was it built?", ("Why was it shut?", "By whom was it built (shut)?")),
        (
            "How do I renew a pass, how long does it take and what does it cost?",
            (
                "How do I renew a pass?",
                "How long does it take to renew a pass?",
                "What does it cost to renew a pass?",
            ),
        ),
        (
            "Is it open on Mondays, and what about holidays?",
            ("Is it open on Mondays?", "What about holidays (open Mondays)?"),
        ),
        ("Who can apply and who cannot?", ("Who can apply?", "Who cannot apply?")),
        ("What does it cost and who pays?", ("What does it cost?", "Who pays (cost)?")),
        (
            "Can I bring a dog, and what does that cost?",
            ("Can I bring a dog?", "What does it cost to bring a dog?"),
        ),
        (
            "Who signs the lease, and until when is it valid?",
            ("Who signs the lease?", "Until when is the lease valid?"),
        ),
        (
            "How long is the notice period - and does it differ for managers?",
            ("How long is the notice period?", "Does the notice period differ for managers?"),
        ),
        (
            "What are the risks? And how can they be reduced?",
            ("What are the risks?", "How can the risks be reduced?"),
        ),
        (
            "1. What does the course cost? 2. Who teaches it? 3. Is lunch included?",
            ("What does the course cost?", "Who teaches the course?", "Is lunch included?"),
        ),
        (
            "When does the bus run, how often and from where?",
            ("When does the bus run?", "How often does the bus run?", "From where does the bus run?"),
        ),
        (
            "If I cancel late, how much do I pay and who decides?",
            ("If I cancel late, how much do I pay?", "If I cancel late, who decides?"),
        ),
        (
            "Are dogs allowed at Vell and do they need a ticket?",
            ("Are dogs allowed at Vell?", "Do dogs need a ticket (Vell)?"),
        ),
        (
            "What are the pros and cons of a lease and what does it cost?",
            (
                "What are the advantages of a lease?",
                "What are the disadvantages of a lease?",
                "What does it cost (pros cons lease)?",
            ),
        ),
        (
            "What does the firm pay for and what not?",
            ("What does the firm pay for?", "What doesn't the firm pay for?"),
        ),
        (
            "Which costs will be paid back and which ones not?",
            ("Which costs will be paid back?", "Which costs won't be paid back?"),
        ),
        (
            "What is average handle time and why can chasing a low one backfire?",
            ("What is average handle time?", "Why can chasing a low average handle time backfire?"),
        ),
        (
            "Which finance tasks should we outsource and which should we keep?",
            ("Which finance tasks should we outsource?", "Which finance tasks should we keep?"),
        ),
        (
            "Which models are safe and which is the cheapest?",
            ("Which models are safe?", "Which of the models is the cheapest?"),
        ),
        (
            "How many days off do newlyweds get and what number do I ring when it snows?",
            ("How many days off do newlyweds get?", "What number do I ring when it snows?"),
        ),
        (
            "Small firms can ask for a grant, right? How much and until when?",
            (
                "Small firms can ask for a grant, right?",
                "How much and until when (small firms ask grant right)?",
            ),
        ),
        (
            "We sit in Leeds. Does the ferry leave at noon, and does it run on Sundays?",
            ("We sit in Leeds. Does the ferry leave at noon?", "Does the ferry run on Sundays?"),
        ),
        (
            "Does the shuttle come along every day and is it free?",
            ("Does the shuttle come along every day?", "Is the shuttle free?"),
        ),
        (
            "Do the guides come along and do they speak French?",
            ("Do the guides come along?", "Do the guides speak French?"),
        ),
    ],
)
def test_questions_are_told_apart(question: str, parts: tuple[str, ...]) -> None:
    assert parts_of(question) == parts


@pytest.mark.parametrize(
    "question",
    [
        "plain words",
        "What is research and development?",
        "What are the terms and conditions?",
        "How do a lease and a licence differ?",
        "Which is cheaper, gas or oil, and by how much?",
        "How do I search and replace?",
        "When and where is the meeting?",
        "Does the leaflet say who pays and when?",
        "How do I find out where my parcel is and when it arrives?",
        "When I cancel late and do not call, how much do I pay?",
        "Which soups contain milk and can be frozen?",
        "Which size of firm uses BPO and which KPO?",
        "What does the author say: is gas cheaper?",
    ],
)
def test_one_question_stays_one(question: str) -> None:
    assert parts_of(question) == (question,)


def test_contrast_terms_come_in_order_of_mention_with_their_long_forms() -> None:
    assert names_of_contrast("Knowledge process outsourcing against BPO") == ["KPO", "BPO"]


def test_only_user_turns_complete_a_follow_up() -> None:
    history = [
        Message(role="user", content="What training does BPO need?"),
        Message(role="assistant", content="KPO"),
    ]
    read = read_question("What about KPO?", history, LEXICAL, WORDS)
    assert (read.read_as, read.parts) == ("What training does KPO need?", ("What training does KPO need?",))


@pytest.mark.parametrize("text", ["", "  \n", "???"])
def test_an_empty_question_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="The question is empty"):
        read_question(text, [], LEXICAL, WORDS)


def test_an_oversized_question_is_refused() -> None:
    with pytest.raises(InputError, match="has 5000 characters, at most 4000"):
        read_question("x" * 5000, [], LEXICAL, WORDS)


def test_an_oversized_question_of_the_history_is_not_carried_over() -> None:
    told = [Message(role="user", content="What is outsourcing? " * 500)]
    assert read_question("And KPO?", told, LEXICAL, WORDS).parts == ("And KPO?",)
    before = [Message(role="user", content="What training does BPO need?"), *told]
    assert read_question("And KPO?", before, LEXICAL, WORDS).read_as == "What training does KPO need?"


def test_a_history_of_many_turns_grows_no_oversized_question() -> None:
    places = [f"and {'in' if n % 2 else 'for'} {'Vell' * 50}?" for n in range(100)]
    told = [Message(role="user", content=text) for text in ("What is outsourcing in Kent?", *places)]
    assert len(read_question("and in India?", told, LEXICAL, WORDS).read_as or "") <= 4000


def test_a_question_of_too_many_parts_is_refused() -> None:
    assert len(read_question("What is KPO? " * 20, [], LEXICAL, WORDS).parts) == 20
    with pytest.raises(InputError, match="asks 21 things, at most 20 are answered at once"):
        read_question("What is KPO? " * 21, [], LEXICAL, WORDS)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Should I outsource payroll as BPO or KPO?", "Is payroll BPO or KPO?"),
        ("Should we count patent research as a BPO or a KPO?", "Is patent research BPO or a KPO?"),
        ("Should I pay the vendor as agreed or wait?", "Should I pay the vendor as agreed or wait?"),
    ],
)
def test_a_task_is_sorted_into_one_of_two_kinds(typed: str, read: str) -> None:
    assert read_question(typed, [], LEXICAL, WORDS).parts == (read,)


def test_many_parts_of_the_history_are_not_asked_again() -> None:
    told = [Message(role="user", content="What is BPO? " * 21)]
    assert read_question("And KPO?", told, LEXICAL, WORDS).parts == ("And KPO?",)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("We are drafting an SLA. What should it name?", "What should an SLA name?"),
        ("Our lead keeps saying FCR. What does she mean by that?", "What does she mean by FCR?"),
        ("Our auditors insist on ISO 27001. What does it cost?", "What does ISO 27001 cost?"),
        ("A colleague says TUPE will apply. What is TUPE?", None),  # nothing to settle
        ("We are drafting a contract. What should it name?", None),  # no name it could stand for
        ("Gartner says that all have dropped AI. When was that?", None),  # what was told, no name in it
        ("KPO is nice? What about it?", None),  # two questions
    ],
)
def test_a_pronoun_stands_for_the_name_in_the_sentence_before(typed: str, read: str | None) -> None:
    assert settle_pronoun(typed) == read
