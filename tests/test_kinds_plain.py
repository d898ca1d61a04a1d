"""Separated values, data, code, mail and reStructuredText; names, languages and sources of documents."""

import json
from base64 import b64encode
from pathlib import Path, PurePosixPath

import pytest

from assistant.core.errors import LoadError
from assistant.core.types import Document, Reference
from assistant.text.language import language_of, question_language
from ingest.load import load_file
from ingest.sources.names import file_id


def load(folder: Path, name: str, content: str | bytes) -> Document:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return load_file(path, folder)


def shown(document: Document) -> list[tuple[str, str]]:
    return [(block.kind, document.text[block.start : block.end]) for block in document.blocks]


def rows(document: Document) -> list[str]:
    return [text for kind, text in shown(document) if kind == "row"]


# --- separated values ---


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("a.csv", "item,price\nmap,4 euros\n", ["item: map | price: 4 euros"]),
        (
            "a.csv",
            'Stand;Preis\r\n"Kiosk; klein";"4,50"\r\n',
            ["Stand: Kiosk; klein | Preis: 4,50"],
        ),
        ("a.tsv", "name\tdeck\nIlse\tupper, left\n", ["name: Ilse | deck: upper, left"]),
        ("a.csv", "sep=|\npier|depth\nEast|7 m\n", ["pier: East | depth: 7 m"]),
        (
            "a.csv",
            '\ufeffname,note\nIlse,"says ""hello"",\nthen leaves"\n',
            ['name: Ilse | note: says "hello", then leaves'],
        ),
        ("a.csv", "1,2,3\n4,5,6\n", ["1 | 2 | 3", "4 | 5 | 6"]),
        (
            "a.csv",
            "Price list\n\nitem,price\nmap,4\nguide,9\n",
            ["item: map | price: 4", "item: guide | price: 9"],
        ),
    ],
)
def test_separated_values(tmp_path: Path, name: str, content: str, found: list[str]) -> None:
    assert rows(load(tmp_path, name, content)) == found


def test_every_row_of_a_long_table_has_its_heads(tmp_path: Path) -> None:
    lines = "".join(f"berth {n},{n} m\n" for n in range(60_000))
    found = rows(load(tmp_path, "berths.csv", "place,length\n" + lines))
    assert len(found) == 60_000
    assert (found[0], found[-1]) == ("place: berth 0 | length: 0 m", "place: berth 59999 | length: 59999 m")


def test_a_table_too_large_is_refused_in_a_line(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="holds more than 500000 cells; split it up"):
        load(tmp_path, "big.csv", "a,b\n" + "1,2\n" * 250_001)


# --- JSON, notebooks, code ---


def test_records_of_json_are_rows(tmp_path: Path) -> None:
    records = [{"item": "map", "price": "4 euros", "sizes": ["A4", "A3"]}, {"item": "guide", "price": None}]
    assert rows(load(tmp_path, "shop.json", json.dumps(records))) == [
        "item: map | price: 4 euros | sizes: A4, A3",
        "item: guide",
    ]


def test_objects_in_json_are_sections(tmp_path: Path) -> None:
    value = {
        "title": "Ferry",
        "open": True,
        "times": {"summer": "9:00", "winter": "10:00"},
        "stops": [{"name": "Vell"}],
    }
    document = load(tmp_path, "ferry.json", json.dumps(value))
    assert document.title == "Ferry"
    assert shown(document) == [
        ("row", "title: Ferry"),
        ("row", "open: true"),
        ("heading", "times"),
        ("row", "summer: 9:00"),
        ("row", "winter: 10:00"),
        ("heading", "stops"),
        ("row", "name: Vell"),
    ]


def test_json_with_remarks_and_lines_of_json_are_read(tmp_path: Path) -> None:
    assert shown(load(tmp_path, "set.json", '{\n  // how many\n  "berths": 40\n}'))[1:3] == [
        ("code", "  // how many"),
        ("code", '  "berths": 40'),
    ]
    assert rows(
        load(tmp_path, "log.jsonl", '{"day": "Monday", "ships": 3}\n\n{"day": "Tuesday", "ships": 5}\n')
    ) == [
        "day: Monday | ships: 3",
        "day: Tuesday | ships: 5",
    ]


def test_json_nested_without_end_is_read_or_refused(tmp_path: Path) -> None:
    text = "[" * 100_000 + "]" * 100_000
    try:
        document = load(tmp_path, "deep.json", text)
        assert len(document.text) <= 2_000
    except LoadError as error:
        assert "\n" not in str(error)


def test_a_notebook_gives_its_words_and_code_without_outputs(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "markdown", "source": ["# Tides\n", "\n", "The *moon* pulls."]},
        {"cell_type": "code", "source": "height = 3", "outputs": [{"text": "secret"}]},
    ]
    document = load(tmp_path, "tides.ipynb", json.dumps({"cells": cells}))
    assert shown(document) == [("heading", "Tides"), ("paragraph", "The moon pulls."), ("code", "height = 3")]


def test_code_stands_line_by_line(tmp_path: Path) -> None:
    document = load(tmp_path, "fee.py", "# The fee of a berth\ndef fee(days):\n\treturn 12 * days\n")
    assert shown(document) == [
        ("code", "# The fee of a berth"),
        ("code", "def fee(days):"),
        ("code", "    return 12 * days"),
    ]
    assert document.text == "# The fee of a berth\n\ndef fee(days):\n\n    return 12 * days"


def test_a_file_without_a_suffix_is_text_where_it_looks_like_it(tmp_path: Path) -> None:
    assert load(tmp_path, "README", "The archive opens on Tuesdays.").text == "The archive opens on Tuesdays."
    with pytest.raises(LoadError, match="is of no known kind, which is not read"):
        load(tmp_path, "core", b"\x7fELF\0\0")


# --- mail ---

PLAIN = (
    "From: Ana Roe <ana@example.org>\r\nTo: office@example.org\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?= from Vell\r\n"
    "Date: Tue, 05 Mar 2024 14:30:00 +0100\r\n\r\nThe key is under the mat.\r\n"
)


def test_a_mail_has_its_subject_as_title_and_its_day(tmp_path: Path) -> None:
    document = load(tmp_path, "a.eml", PLAIN)
    assert (document.title, document.date) == ("Grüße from Vell", "2024-03-05")
    assert shown(document)[0] == ("row", "From: Ana Roe <ana@example.org>")
    assert shown(document)[-1] == ("paragraph", "The key is under the mat.")


def test_the_plain_form_of_a_mail_is_read_once_and_attachments_are_named(tmp_path: Path) -> None:
    mail = (
        "Subject: Fees\nContent-Type: multipart/mixed; boundary=M\n\n--M\nContent-Type: multipart/alternative; boundary=A\n"
        "\n--A\nContent-Type: text/plain\n\nThe fee is 40 euros.\n--A\nContent-Type: text/html\n\n"
        "<p>The fee is <b>40</b> euros.</p>\n--A--\n--M\nContent-Type: application/pdf\nContent-Disposition: attachment; "
        'filename="fees 2024.pdf"\n\nJVBERg==\n--M--\n'
    )
    assert shown(load(tmp_path, "fees.eml", mail)) == [
        ("paragraph", "The fee is 40 euros."),
        ("item", "Attachment: fees 2024.pdf"),
    ]


@pytest.mark.parametrize(
    ("head", "body", "words"),
    [
        (
            "Content-Type: text/html; charset=utf-8",
            "<p>The gate is <del>shut</del> open.</p>",
            "The gate is open.",
        ),
        (
            "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable",
            "Caf=E9 opens.",
            "Café opens.",
        ),
        ("Content-Type: text/plain; charset=nonsense", "The lamp is lit.", "The lamp is lit."),
        (
            "Content-Type: text/plain\nContent-Transfer-Encoding: base64",
            "VGhlIGxhbXAgaXMgbGl0Lg==",
            "The lamp is lit.",
        ),
    ],
)
def test_mail_in_other_forms(tmp_path: Path, head: str, body: str, words: str) -> None:
    assert shown(load(tmp_path, "a.eml", f"Subject: x\n{head}\n\n{body}\n")) == [("paragraph", words)]


def test_a_forwarded_mail_is_read_under_its_subject(tmp_path: Path) -> None:
    mail = (
        "Subject: Fwd\nContent-Type: multipart/mixed; boundary=M\n\n--M\nContent-Type: text/plain\n\nSee below.\n--M\n"
        "Content-Type: message/rfc822\n\nSubject: Old news\nFrom: x@example.org\n\nThe mill burned down.\n--M--\n"
    )
    assert shown(load(tmp_path, "fwd.eml", mail))[1:] == [
        ("heading", "Old news"),
        ("row", "From: x@example.org"),
        ("paragraph", "The mill burned down."),
    ]


@pytest.mark.parametrize(
    ("quoted", "over"),
    [
        (
            "On Mon, 3 Mar 2025, Bo Lund\n<bo@x.example> wrote:\n> May I have two keys?\n>\n> The code is 4411.\n",
            "On Mon, 3 Mar 2025, Bo Lund <bo@x.example> wrote:",
        ),
        (
            "-----Original Message-----\nFrom: Bo Lund\n\nMay I have two keys?\n\nThe code is 4411.\n",
            "From: Bo Lund",
        ),
        ("> May I have two keys?\n>\n> The code is 4411.\n", "Earlier mail"),
    ],
)
def test_a_mail_quoted_at_the_end_stands_under_who_wrote_it(tmp_path: Path, quoted: str, over: str) -> None:
    document = load(tmp_path, "a.eml", f"Subject: Keys\n\nWhen do you come?\n\nBest, Ann\n\n{quoted}")
    assert [(*block.section, document.text[block.start : block.end]) for block in document.blocks] == [
        ("When do you come?",),
        ("Best, Ann",),
        (over,),
        (over, "May I have two keys?"),
        (over, "The code is 4411."),
    ]


def test_a_mail_quoted_within_a_quoted_one_stands_under_both(tmp_path: Path) -> None:
    quoted = "Bo wrote:\n> Hello.\n>\n> Ann wrote:\n>> The code is 4411.\n"
    document = load(tmp_path, "a.eml", f"Subject: Keys\n\nThanks.\n\n{quoted}")
    assert document.blocks[-1].section == ("Bo wrote:", "Ann wrote:")


# --- reStructuredText ---

RST = """
=====
Notes
=====

:Author: Ana Roe

The lift is *out of* order [1]_. See `the plan <https://example.org>`_.

.. a remark that nobody sees

.. include:: /etc/passwd

.. raw:: html

   <b>raw</b>

Times
-----

- Opens at 9.
- Shuts at 5.

.. csv-table:: Fares
   :header: Zone, Fare

   Inner, 2.40
   Outer, 3.10

Pier
   Where ships land.

::

    height = 3

.. [1] Since March.
"""


def test_restructured_text(tmp_path: Path) -> None:
    document = load(tmp_path, "notes.rst", RST)
    assert document.title == "Notes"
    found = shown(document)
    assert ("paragraph", "The lift is out of order. See the plan.") in found
    assert ("item", "Opens at 9.") in found
    assert ("row", "Zone: Inner | Fare: 2.40") in found
    assert ("item", "Pier: Where ships land.") in found
    assert ("code", "height = 3") in found
    assert "Since March." in document.text
    assert not any(word in document.text for word in ("nobody sees", "root:", "raw", "example.org"))


def test_restructured_text_with_grid_spans(tmp_path: Path) -> None:
    table = (
        "+-------+-----------------+\n| Plan  | Price           |\n|       +--------+--------+\n|       | Month  | Year   |\n"
        "+=======+========+========+\n| Basic | 45     | 480    |\n+-------+--------+--------+\n"
    )
    assert rows(load(tmp_path, "plans.rst", table)) == ["Plan: Basic | Price, Month: 45 | Price, Year: 480"]


# --- names ---


@pytest.mark.parametrize(
    "names",
    [
        ("C.md", "C++.md", "C#.md"),
        ("\U0001f680.md", "\U0001f389.md", "\U0001f469\u200d\U0001f680.md"),
        ("report.md", "report.pdf", "report.docx", "report.html", "report.xlsx"),
        ("v1.2.md", "v1-2.md", "v12.md"),
        ("2023/notice.md", "2024/notice.md", "notice.md"),
        ("50%.md", "50.md", "50€.md"),
    ],
)
def test_ids_of_names_that_differ_differ(names: tuple[str, ...]) -> None:
    assert len({file_id(PurePosixPath(name)) for name in names}) == len(names)


@pytest.mark.parametrize(
    ("name", "doc_id"),
    [
        ("../../etc/passwd.md", "etc/passwd"),
        ("<b>bold</b>.pdf", "b-bold/b.pdf"),
        ("a\u202eb.md", "ab"),
        ("...md", "document"),
        ("C++ guide (2nd).md", "c-plus-plus-guide-2nd"),
        ("R&D.csv", "r-and-d.csv"),
    ],
)
def test_ids_of_names_are_plain(name: str, doc_id: str) -> None:
    assert file_id(PurePosixPath(name)) == doc_id


# --- sources of a document ---


def test_the_sources_of_front_matter_are_kept(tmp_path: Path) -> None:
    front = (
        "---\nsources:\n  - title: Tides of 1904\n    url: https://example.org/tides?a=1\n    kind: press\n"
        "  - https://example.org/two\n  - An old book, 1888\n  - title: Trap\n    url: javascript:alert(1)\n  - 7\n---\nWords.\n"
    )
    expected = (
        Reference(title="Tides of 1904", url="https://example.org/tides?a=1", kind="press"),
        Reference(title="https://example.org/two", url="https://example.org/two"),
        Reference(title="An old book, 1888"),
        Reference(title="Trap"),
    )
    assert load(tmp_path, "a.md", front).references == expected
    assert load(tmp_path, "a.txt", front).references == expected
    assert load(tmp_path, "b.md", "---\nsource: https://example.org/x\n---\nWords.\n").references == (
        Reference(title="https://example.org/x", url="https://example.org/x"),
    )
    assert load(tmp_path, "c.md", "Words.\n").references == ()


# --- languages ---


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Der Anlegesteg öffnet im Mai und schließt im Oktober. Hunde sind an der Leine zu führen.", "de"),
        ("Le quai ouvre en mai et ferme en octobre. Les chiens doivent être tenus en laisse.", "fr"),
        ("El muelle abre en mayo y cierra en octubre. Los perros deben ir atados.", "es"),
        ("Причал открыт с мая по октябрь.", "ru"),
        ("桟橋は五月から十月まで開いています。", "ja"),
        ("The pier opens in May and shuts in October. Dogs are kept on a lead.", "en"),
        ("item: map | price: 4 euros", None),
        ("12 | 14 | 15", None),
    ],
)
def test_the_language_of_a_text(text: str, code: str | None) -> None:
    assert language_of(text) == code


QUESTIONS = {
    "de": (
        "Was ist der Unterschied zwischen BPO und KPO?",
        "Was kostet ein Agent?",
        "Welche Risiken hat Outsourcing?",
    ),
    "fr": (
        "Quelle est la différence entre BPO et KPO ?",
        "Combien coûte un agent ?",
        "Quels sont les défis du KPO ?",
    ),
    "es": (
        "¿Qué es KPO?",
        "¿Cuáles son los riesgos de la subcontratación?",
        "que diferencia hay entre bpo y kpo",
    ),
    "ru": ("Что такое KPO?",),
    "zh": ("什么是KPO",),
    "nl": ("Wat is het verschil tussen BPO en KPO?",),
    "it": ("Che cosa è il BPO?", "Quali sono i rischi della esternalizzazione?"),
    "pt": ("O que é BPO?", "Quais são os riscos da terceirização?"),
}
ENGLISH = (
    "wat does it mean to be locked in to a suplier",
    "What is the difference between BPO and KPO?",
    "KPO attrition?",
    "pricing models pls",
    "SLA?",
    "bpo vs kpo",
    "staff turnover",
    "Kodak deal 1989",
    "hw much dos attrition cost",
    "what r the benfits of kpo",
    "name some vendors",
    "Genpact Wipro Infosys Accenture",
    "difference bpo kpo ito",
    "define offshoring",
    "What does Gesellschaft mit beschränkter Haftung mean?",
    "Is Łódź cheaper than Kraków?",
    "moorings fee 2024",
    "captive centre definition",
    "tell me about Deutsche Bank",
    "thx",
    "who was Müller",
    "Société Générale captive",
    "per diem rates",
    "data protection GDPR fines",
)
WORDS = ["attrition", "pricing", "models", "staff", "turnover", "deal", "much", "cost", "benefits", "name", "some", "vendors", "difference", "define", "offshoring", "moorings", "fee", "captive", "centre", "definition", "tell", "me", "about", "rates", "data", "protection", "fines", "mean", "was", "who", "cheaper", "than", "bank", "per", "ito"]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "question"), [(code, text) for code, texts in QUESTIONS.items() for text in texts]
)
def test_questions_in_other_languages_are_told(code: str, question: str) -> None:
    assert question_language(question, WORDS.__contains__) == code


@pytest.mark.parametrize("question", ENGLISH)
def test_questions_in_english_are_taken_as_such(question: str) -> None:
    assert question_language(question, WORDS.__contains__) == "en"


def test_a_picture_in_base64_is_left_out_and_long_words_stay(tmp_path: Path) -> None:
    picture = b64encode(bytes(range(256)) * 4).decode()
    gene = "GATTACA" * 40
    record = json.dumps(
        {"name": "Pump", "picture": f"data:image/png;base64,{picture}", "note": "It stops at six."}
    )
    assert rows(load(tmp_path, "pump.json", record)) == ["name: Pump", "note: It stops at six."]
    table = f"name,picture,gene\npump,{picture},{gene}\n"
    assert rows(load(tmp_path, "pump.csv", table)) == [f"name: pump | gene: {gene}"]


def test_terms_and_signs_of_notes_in_restructured_text(tmp_path: Path) -> None:
    text = "Kayak\n=====\n\nIt is 5.2 m long [#f]_.\n\n.. [#f] Without rudder.\n\nColour\n  Yellow.\n\n  Or red.\nDeck\n  * Wood\n"
    assert shown(load(tmp_path, "a.rst", text))[1:] == [
        ("paragraph", "It is 5.2 m long."),
        ("paragraph", "Without rudder."),
        ("item", "Colour: Yellow."),
        ("item", "Or red."),
        ("item", "Deck: Wood"),
    ]


@pytest.mark.parametrize(
    ("words", "heads"),
    [
        ("1. FEES\n   1.1 A berth costs 9 crowns.\n\n2. DOGS\nDogs are kept on a lead.\n", ["1. FEES", "2. DOGS"]),
        ("1) Fees\n1.1 A berth costs 9 crowns.\n1.2 Dogs are free.\n\n2) Keys\n2.1 Keys are lent.\n", ["1) Fees", "2) Keys"]),
        ("1. MILK\n2. EGGS\n3. FLOUR\n", []),
        ("1. Ring the bell\n2. Lock the door\n", []),
        ("1. Fees\nA berth costs nine crowns and is paid on the first day.\n2. Dogs\nDogs are kept on a lead on all piers and boats.\n",
         ["1. Fees", "2. Dogs"]),
        ("1. Ring the bell\n   It hangs by the door, and the rope is on the left.\n2. Lock the door\n", []),
        ("1. Ring the bell\nPull twice.\n2. Lock the door\nTurn twice.\n", []),
        ("ACTIONS\nAna - buys ropes\nBo - paints the pier\n", ["ACTIONS"]),
    ],
)  # fmt: skip
def test_a_number_over_numbers_or_capitals_over_text_is_a_heading(
    tmp_path: Path, words: str, heads: list[str]
) -> None:
    document = load(tmp_path, "a.txt", f"Rules of the harbour\n\n{words}")
    assert [text for kind, text in shown(document) if kind == "heading"][1:] == heads


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("Rowing club - minutes of 11 March 2025, in the hall\nPresent: Ana, Bo\n\nThe pier is wet.\n",
         "Rowing club - minutes of 11 March 2025, in the hall"),
        ("HARBOUR OF LUND\nRULES\n\nDOGS\nDogs are kept on a lead.\n", "HARBOUR OF LUND"),
        ("Ana Roe\n12 High Street\n\nDear Bo,\n\nthe key is here.\n", "A"),
    ],
)  # fmt: skip
def test_the_first_line_is_the_title_of_what_follows(tmp_path: Path, words: str, title: str) -> None:
    assert load(tmp_path, "a.txt", words).title == title


def test_lines_before_a_table_of_values_are_labels(tmp_path: Path) -> None:
    words = "Statement\nAccount;77 0142\nPeriod;01.05. - 31.05.\n\nDay;Text;Sum\n02.05.;Rent;-850\n05.05.;Wage;2410\n"
    assert rows(load(tmp_path, "a.csv", words)) == [
        "Account: 77 0142",
        "Period: 01.05. - 31.05.",
        "Day: 02.05. | Text: Rent | Sum: -850",
        "Day: 05.05. | Text: Wage | Sum: 2410",
    ]


def test_heads_named_alike_are_told_apart_by_the_line_below(tmp_path: Path) -> None:
    words = "Pier      Island    Pier\ndep.      arr.      back\n07:30     08:05     08:50\n10:00     10:35     11:20\n"
    assert (
        rows(load(tmp_path, "a.txt", words))[0]
        == "Pier, dep.: 07:30 | Island, arr.: 08:05 | Pier, back: 08:50"
    )


@pytest.mark.parametrize(
    ("lines", "first"),
    [
        (["Name,Mira Holt,Phone,0555 0142", "Street,9 Mill Road,Town,Marn"], "Name: Mira Holt | Phone: 0555 0142"),
        (["Boat:,Pearl,Berth:,14", "Sail:,white,Crew:,two"], "Boat: Pearl | Berth: 14"),
        (["Name,Street,Town,Phone", "Ada,Mill Road,Marn,0142"], "Name: Ada | Street: Mill Road | Town: Marn | Phone: 0142"),
        (["Name,Role,Phone,Note", "Ada,cook,0142,new", "Bo,mate,0143,old"], "Name: Ada | Role: cook | Phone: 0142 | Note: new"),
    ],
)  # fmt: skip
def test_labels_before_their_values_are_no_heads_of_columns(
    tmp_path: Path, lines: list[str], first: str
) -> None:
    table = "\n".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in line.split(','))}</tr>" for line in lines)
    page = f"<html><body><h1>Card</h1><p>The card of the club is kept here.</p><table>{table}</table></body></html>"
    assert rows(load(tmp_path, "a.html", page))[0] == first
