"""The training of the judge: its examples, and a stopped run that goes on to the same weights."""

import argparse
import gzip
import json
import random
from pathlib import Path

import numpy as np
import pytest

from assistant.core.settings import load_settings
from assistant.models.chat.gguf.weights import find_weights
from assistant.models.judge.encode import QUESTION, encode, marked, tokenizer_of
from eval.train.judge import train as judge
from eval.train.judge.asked import Text, rows_of_text
from eval.train.judge.data import MORE, Case, broken, general, groups, pieces_of, written
from eval.train.judge.ship import fitted, ship
from eval.train.judge.train import Judging, batches, encoded, round_of

PARAGRAPH = "Rivers carry sand to the sea. The Wupper is 116 kilometres long. It rises near Marienheide."


def packed(path: Path, rows: list[dict[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Write public sets of our own making: three claims each on two pieces of evidence."""
    folder = tmp_path / "data"
    labels = ("supported", "contradicted", "unsupported")
    for name in MORE:
        rows: list[dict[str, object]] = [
            {"id": f"{name}-{n}", "evidence": f"The Wupper is {100 + n // 3} kilometres long.", "label": labels[n % 3],
             "claim": f"The Wupper is {100 + n} kilometres long.", "source": name}
            for n in range(6)
        ]  # fmt: skip
        packed(folder / "claims_more" / f"{name}.jsonl.gz", rows)
    for name in ("squadshifts", "medquad"):
        packed(folder / "reading_more" / f"{name}.jsonl.gz", [{"passage": PARAGRAPH, "question": "?"}])
    (folder / "reading").mkdir()
    (folder / "reading" / "policyqa.jsonl").write_text(json.dumps({"context": PARAGRAPH}) + "\n", "utf-8")
    return folder


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    """Write claims by hand, on a piece of a public passage and on evidence of their own."""
    twins = [
        {"c": "Sand reaches the sea by way of rivers.", "l": "s", "k": "free"},
        {"c": "Sand reaches the sea by way of glaciers.", "l": "r", "k": "name"},
    ]
    rows = [
        {"id": f"medquad:0:0-{PARAGRAPH.index(' The')}", "question": "What carries sand?", "claims": twins},
        {
            "id": "own-1",
            "evidence": ["Pilots are rare.", "Tugs are not."],
            "question": "",
            "claims": twins[1:],
        },
    ]
    path = tmp_path / "ours.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def weights() -> Path:
    """Return the weights that the judge stands on."""
    found = find_weights(load_settings())
    assert found is not None, "run `bpo-kpo setup`"
    return found


def given(data: Path, out: Path, *files: Path, minutes: float = 1.0) -> argparse.Namespace:
    out.mkdir(exist_ok=True)
    return argparse.Namespace(
        data=data, out=out, minutes=minutes, written=list(files), repeat=1, part=1.0, start=None, rate=1e-4, bfloat16=False, threads=0,
        texts=0.0, hand=1.0, compile=False, weights=weights(),
    )  # fmt: skip


def test_each_claim_follows_the_evidence_by_itself() -> None:
    tokenizer = tokenizer_of(weights())
    claims = ["The river is long.", "It has 116 locks."]
    row = encode(tokenizer, "The river is 116 km long.\nIt is old.", claims, "Which?")
    shared = int((row.side == 0).sum())
    shown = "".join(tokenizer.id_to_token(int(token)) for token in row.ids[1:shared])
    assert (
        shown.replace("\u0120", " ").replace("\u010a", "\n")
        == "Text:\nThe river is 116 km long.\nIt is old.\nQuestion: Which?"
    )
    for number, claim in enumerate(claims, start=1):
        own = row.side == number
        assert row.places[own].tolist() == list(range(shared, shared + int(own.sum())))
        words = [claim[a:b] for a, b in zip(row.start[own], row.end[own], strict=True) if b > a]
        assert "".join(words) == claim.replace(" ", "")
    assert [tokenizer.id_to_token(int(row.ids[at])) for at in row.last] == ["?", "?"]
    assert "1 1 6" in " ".join(claims[1][a:b] for a, b in zip(row.start, row.end, strict=True) if b > a)


def test_a_question_is_put_to_a_sentence_below_what_stands_before_it() -> None:
    tokenizer = tokenizer_of(weights())
    shown = marked(
        "It is 116 km long.",
        ["Sand is old.", "The Wupper is a river.", "It rises near Marienheide."],
        "Rivers > The Wupper",
    )
    row = encode(tokenizer, shown, ["How long is it?"], kind=QUESTION)
    text = "".join(tokenizer.id_to_token(int(token)) for token in row.ids[1:])
    assert text.replace("\u0120", " ").replace("\u010a", "\n") == (
        "Text:\nRivers > The Wupper\nThe Wupper is a river. It rises near Marienheide.\nSentence: It is 116 km long."
        "\nQuestion: How long is it?\nAnswered?"
    )
    assert marked("It is long.", [], "") == "Sentence: It is long."


def test_each_question_is_put_to_what_answers_it_and_to_the_nearest_that_does_not() -> None:
    text = Text(head="Rivers")
    length, source = PARAGRAPH.index("116"), PARAGRAPH.index("Marienheide")
    text.asked = [
        ("How long is the Wupper?", ((length, length + 3),)),
        ("Where does it rise?", ((source, source + 11),)),
        ("How deep is the Wupper?", ()),
    ]
    rows = {
        group.evidence.rpartition("Sentence: ")[2]: {case.claim: case.label for case in group.cases}
        for seed in range(20)
        for group in rows_of_text(PARAGRAPH, text, random.Random(seed))
    }
    long = rows["The Wupper is 116 kilometres long."]
    assert long["How long is the Wupper?"] == 0
    assert long["How deep is the Wupper?"] == 3  # the nearest in words
    assert rows["It rises near Marienheide."]["Where does it rise?"] == 0
    for sentence, asked in rows.items():
        assert (asked.get("How long is the Wupper?") == 0) is (
            sentence == "The Wupper is 116 kilometres long."
        )


def test_claims_on_one_piece_of_evidence_come_together() -> None:
    cases = [Case(claim=f"c{n}", evidence="e", label=n % 2, source="x") for n in range(12)]
    made = groups([*cases, Case(claim="d", evidence="f", label=0, source="x")], random.Random(1))
    assert sorted(len(group.cases) for group in made) == [1, 2, 10]
    assert {case.claim for group in made for case in group.cases} == {*(f"c{n}" for n in range(12)), "d"}


def test_what_makes_a_twin_false_is_known(data: Path, ours: Path) -> None:
    found = written(ours, pieces_of(data, [ours]), random.Random(1))
    assert [case.evidence for case in found[:2]] == ["Rivers carry sand to the sea."] * 2
    true, false, other = found
    assert (true.label, true.wrong) == (0, ())
    assert false.wrong is not None
    assert [false.claim[a:b] for a, b in false.wrong] == ["glaciers"]
    assert (other.label, other.wrong) == (3, None)  # it has no true twin
    words = encoded(tokenizer_of(weights()), groups(found, random.Random(1))[0])
    assert set(np.unique(words.words)) == {-1, 0, 1}


def test_public_cases_keep_their_labels_and_the_true_sentence_in_their_evidence(data: Path) -> None:
    cases = general(data, random.Random(2))
    assert {case.label for case in cases} == {0, 1, 2, 3}
    assert all(len(case.evidence.split("\n")) <= 5 for case in cases)
    for case in broken(data, random.Random(2)):
        assert case.label != 0 or case.claim.rstrip(".") in case.evidence


def test_batches_hold_every_group_once(data: Path, ours: Path, tmp_path: Path) -> None:
    examples = round_of(given(data, tmp_path / "out", ours), 0)
    order = batches(examples, random.Random(1))
    assert sorted(at for batch in order for at in batch) == list(range(len(examples)))
    assert (
        round_of(given(data, tmp_path / "out", ours), 0)[0].row.ids.tolist() == examples[0].row.ids.tolist()
    )


def test_a_stopped_run_goes_on_to_the_same_weights(
    data: Path, ours: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judge, "TOKENS", 400)
    monkeypatch.setattr(judge, "LAYERS", 2)

    def steps(out: str, *counts: int) -> Judging:
        for count in counts:
            training = Judging(given(data, tmp_path / out, ours))
            training.seconds = 1e9  # so that the rate does not depend on the machine
            for batch in training.round(0)[training.at :][:count]:
                training.learn(batch)
            training.save()
        return training

    whole, parts = steps("whole", 3), steps("parts", 2, 1)
    assert (whole.at, parts.at) == (3, 3)
    for name, weight in whole.master.items():
        assert np.allclose(weight.detach().numpy(), parts.master[name].detach().numpy(), atol=1e-6), name


def test_calibration_and_thresholds_follow_from_known_cases() -> None:
    odds = np.concatenate([np.linspace(-2, 4, 100), np.linspace(-4, 2, 100)])
    true = np.arange(200) < 100
    card = fitted(odds, true)
    assert card["calibration"]["slope"] > 0
    thresholds = card["thresholds"]
    assert thresholds["unverified"] <= thresholds["supported"] <= thresholds["certain"]
    score = 1 / (1 + np.exp(-(card["calibration"]["slope"] * odds + card["calibration"]["bias"])))
    assert np.mean(score[~true] < thresholds["supported"]) == pytest.approx(0.99, abs=0.01)


def test_weights_are_shipped_with_their_hash(tmp_path: Path) -> None:
    import hashlib

    import torch

    digest = ship({"label.bias": torch.zeros(3)}, {"version": 1}, tmp_path)
    assert hashlib.sha256((tmp_path / "judge.safetensors").read_bytes()).hexdigest() == digest
    assert json.loads((tmp_path / "judge.json").read_text("utf-8")) == {"version": 1, "sha256": digest}
