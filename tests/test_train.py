"""The training of a small model: its examples keep to the held-out list, and a stopped run goes on."""

import json
import random
from pathlib import Path

import numpy as np
import pytest

from assistant.models.reader.tokens import encode, first_side, narrow, tokenizer
from eval.train.reader import train as train
from eval.train.reader.claims import Claim, broken, changed, claims, kept_out
from eval.train.reader.data import exchange, held_out, readings
from eval.train.reader.example import Reading, crop
from eval.train.reader.train import Encoded, Learning, batches, prepare, targets
from eval.train.reader.written.hand import examples as hand

PARAGRAPH = "Rivers carry sand to the sea. The Wupper is 116 kilometres long. It rises near Marienheide."
SETS = (
    "wice", "scifact", "fever_symmetric", "summedits", "defacto", "factcheck_gpt",
    "esnli", "cad_nli", "conjnli", "wice_tokens", "attributionbench",
)  # fmt: skip


def write_lines(path: Path, rows: list[dict[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def question(text: str, doc: str, start: int, end: int) -> dict[str, object]:
    gold = [{"doc": doc, "start": start, "end": end}] if doc else []
    return {"question": text, "answerable": bool(doc), "gold": gold, "gold_docs": [doc] if doc else []}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Write public sets of our own making: a few rows each, some of them on held-out documents."""
    folder = tmp_path / "data"
    asked: dict[str, object] = {"question": "How long is the Wupper?", "context": PARAGRAPH}
    for name in ("policyqa", "nq_open_oracle", "qed", "covidqa"):
        write_lines(
            folder / "reading" / f"{name}.jsonl",
            [asked | {"answers": [{"text": "116 kilometres", "start": 44}]}],
        )
    kept, free = held_out()["squad2"][0], "Wupper"
    for name, doc in (
        ("squad2", kept),
        ("squad2", free),
        ("clapnq", held_out()["clapnq"][0]),
        ("clapnq", free),
    ):
        path = folder / "qa" / name / "docs" / f"{doc}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{doc}\n\n{PARAGRAPH}", "utf-8")
    at = len(free) + 2
    write_lines(
        folder / "qa/squad2/questions.jsonl",
        [
            question("Where does the secret river rise?", kept, len(kept) + 5, len(kept) + 9),
            question("Where does the Wupper rise?", free, at + 64, at + 90),
            question("Where does the Wupper end?", "", 0, 0),
        ],
    )
    write_lines(
        folder / "qa/clapnq/questions.jsonl", [question("what do rivers carry to the sea", free, at, at + 29)]
    )
    write_lines(folder / "qa/stici/questions.jsonl", [question("Who rows on the Wupper?", "", 0, 0)])
    for name in SETS:
        row: dict[str, object] = {"id": name, "evidence": PARAGRAPH, "claim": "The Wupper is long."}
        row |= {"question": "", "source": name, "label": "supported"}
        write_lines(folder / "grounding" / f"{name}.jsonl", [row])
    article: dict[str, object] = {"_id": "Wupper-0", "title": "Wupper", "text": PARAGRAPH}
    write_lines(folder / "retrieval/squad_articles/corpus.jsonl", [article])
    return folder


def test_both_sides_are_marked_and_sentences_counted() -> None:
    row = encode("Who found mould in 1928?", "In 1928 it was Fleming. Mould grew.")
    words = [tokenizer().id_to_token(int(token)) for token in row.ids]
    marked = {
        word: (int(mark), int(sentence))
        for word, mark, sentence in zip(words, row.marks, row.sentence, strict=True)
    }
    assert marked["who"] == (0, -1)
    assert marked["found"] == (2, -1)
    assert marked["fleming"] == (5, 0)
    assert marked["1928"] == (4, 0)
    assert marked["grew"] == (5, 1)
    assert first_side(row).sum() == words.index("[SEP]") - 1


def test_a_heading_is_read_and_no_sentence_of_it() -> None:
    row = encode("Who grew?", "Trees grew. It was Fleming.", "Notes > Trees in 1928")
    words = [tokenizer().id_to_token(int(token)) for token in row.ids]
    assert [word for word, n in zip(words, row.sentence, strict=True) if n == 0] == ["trees", "grew", "."]
    at = words.index("notes")
    assert (row.sentence[at], row.marks[at], row.start[at], row.end[at]) == (-1, 5, -22, -17)
    assert (row.start[words.index("grew", at)], row.end[words.index("grew", at)]) == (6, 10)


def test_a_hand_written_question_stands_beside_its_section_and_the_nearest_others() -> None:
    document = {
        "title": "Club rules",
        "sections": [
            {"heading": "Fees", "sentences": ["The fee is 20 euros.", "Children pay half."]},
            {"heading": "Boats", "sentences": ["Boats are washed after use."]},
        ],
        "questions": [
            {"q": "what do children pay", "s": 1, "a": [2]},
            {"q": "price of boats", "s": 2, "a": []},
        ],
    }
    found = [(item.question, item.head, [item.text[a:b] for a, b in item.spans]) for item in hand([document])]
    assert found[0] == ("what do children pay", "Club rules > Fees", ["Children pay half."])
    assert ("price of boats", "Club rules > Boats", []) in found
    assert all(spans == [] for question, head, spans in found[1:])


def test_long_evidence_keeps_the_sentences_near_the_claim() -> None:
    filler = " ".join(f"Nothing of note happened on the {n}th day of that quiet month." for n in range(1, 40))
    kept = narrow("The bridge fell in March.", f"{filler} The old bridge fell in March. {filler}")
    assert "The old bridge fell in March." in kept
    assert len(kept.split()) <= 130
    assert narrow("The bridge fell.", "The bridge fell.") == "The bridge fell."


def test_a_crop_keeps_the_answer_in_place() -> None:
    text = " ".join(f"Sentence {n} says little." for n in range(60)) + " The key is blue."
    at = text.index("blue")
    item = crop("Which colour has the key?", text, [(at, at + 4)], random.Random(1), words=20)
    ((start, end),) = item.spans
    assert item.text[start:end] == "blue"
    assert len(item.text.split()) < 30


def test_an_exchange_puts_another_name_of_the_text_into_the_question() -> None:
    text = "The queen met Anna in Bergen. Later she met Boris in Oslo."
    spans = ((text.index("Bergen"), text.index("Bergen") + 6),)
    found = {
        exchange("Where did the queen meet Anna?", text, spans, random.Random(seed)) for seed in range(20)
    }
    assert found == {"Where did the queen meet Boris?", "Where did the queen meet Oslo?"}
    assert exchange("where is it", "it is here.", (), random.Random(1)) is None


def test_changed_words_are_found() -> None:
    false = "The fee rose to 30 euros in May."
    assert [false[a:b] for a, b in changed("The fee rose to 20 euros in May.", false)] == ["30"]


def test_broken_sentences_carry_their_label() -> None:
    made = broken(["The office in Pune employs 240 people today.", "It opened in 2009."], random.Random(3))
    assert all(item.claim in item.evidence for item in made if item.label == 0)
    assert all(item.claim not in item.evidence for item in made if item.label == 1)
    assert {item.label for item in made} >= {0, 1}


def test_held_out_documents_are_left_out(data: Path) -> None:
    asked = {item.question for item in readings(data, random.Random(1))}
    assert "Where does the Wupper rise?" in asked
    assert "Where does the Wupper end?" in asked  # asked of the same paragraph
    assert "Where does the secret river rise?" not in asked
    assert "How long is the Wupper?" in asked


def test_half_of_the_evidence_and_the_e_mails_are_kept_out(data: Path) -> None:
    names = [f"evidence {n}" for n in range(400)]
    assert 150 < sum(kept_out("scifact", name, "scifact") for name in names) < 250
    assert kept_out("summedits", "any", "summedits/sales_email")
    assert not any(kept_out("esnli", name, "esnli") for name in names)
    assert all(isinstance(item, Claim) for item in claims(data, random.Random(1)))


def test_targets_point_at_the_answer_or_at_the_first_token() -> None:
    spans = ((44, 58),)
    item = Reading(question="How long is the Wupper?", text=PARAGRAPH, spans=spans)
    row = encode(item.question, item.text)
    gold, sentences = targets(Encoded(example=item, row=row, cosine=np.zeros(3, dtype=np.float32)))
    assert PARAGRAPH[44:58] == "116 kilometres"
    assert row.start[gold[:, 0]].tolist() == [44]
    assert row.end[gold[:, 1]].tolist() == [58]
    assert set(row.sentence[sentences].tolist()) == {1}
    none = Reading(question=item.question, text=PARAGRAPH, spans=())
    gold, sentences = targets(Encoded(example=none, row=row, cosine=np.zeros(3, dtype=np.float32)))
    assert np.flatnonzero(gold[:, 0]).tolist() == np.flatnonzero(sentences).tolist() == [0]


def test_a_stopped_run_goes_on_where_it_was(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BPO_KPO_DATA_DIR", str(tmp_path))
    out = tmp_path / "out"
    out.mkdir()
    examples = prepare(data, out)
    assert (out / "vectors.npz").exists()
    assert sorted(at for batch in batches(examples, 0) for at in batch) == list(range(len(examples)))
    first = Learning(examples, out, minutes=0.05)
    first.run()
    again = Learning(examples, out, minutes=first.elapsed / 60 + 0.001)
    assert (again.number, again.at, again.elapsed) == (first.number, first.at, first.elapsed)
    assert all(bool((again.master[name] == weight).all()) for name, weight in first.master.items())
    again.run()
    assert (again.number, again.at) > (first.number, first.at)


def test_training_learns_to_point(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BPO_KPO_DATA_DIR", str(tmp_path))
    examples = [item for item in prepare(data, tmp_path) if isinstance(item.example, Reading)]
    training = Learning(examples, tmp_path / "none", minutes=10)
    training.elapsed = 100.0  # past the slow start
    losses = [training.learn(examples) for _ in range(12)]
    assert losses[-1] < losses[0] / 2


def test_a_folder_without_the_sets_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["train", "--data", str(tmp_path), "--out", str(tmp_path / "out")])
    with pytest.raises(SystemExit):
        train.main()
    assert f"{tmp_path} has no folder reading, qa, grounding, retrieval" in capsys.readouterr().err
