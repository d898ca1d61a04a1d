"""The small reader finds the sentence that answers, says when none does, and computes what was trained."""

from pathlib import Path

import numpy as np
import pytest
from helpers import settings_in

from assistant.core.errors import ModelError
from assistant.models.embedder.embedder import Embedder
from assistant.models.embedder.load import load_embedder
from assistant.models.reader import reader as module
from assistant.models.reader.reader import Reader, load_reader, log_odds
from assistant.models.reader.tokens import encode
from assistant.text.sentences import sentence_spans

TEXT = (
    "The ferry to Lerwick leaves from the north pier. It was built in 1987 by a yard in Gdansk. "
    "A cabin costs 45 euros on top of the fare. Dogs travel in the lower deck."
)


@pytest.fixture(scope="module")
def embedder(tmp_path_factory: pytest.TempPathFactory) -> Embedder:
    return load_embedder(settings_in(tmp_path_factory.mktemp("data"), embedder="all-MiniLM-L6-v2"))


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    found = load_reader(settings_in(tmp_path_factory.mktemp("data"), embedder="all-MiniLM-L6-v2"))
    assert found is not None
    return found


def read(reader: Reader, embedder: Embedder, question: str, *texts: str) -> list[list[tuple[str, float]]]:
    found = reader.read(question, embedder.encode([question])[0], texts, embedder.encode)
    return [[(text[a:b], odds) for (a, b), odds in own] for text, own in zip(texts, found, strict=True)]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("When was the ferry built?", "It was built in 1987 by a yard in Gdansk."),
        ("How much is a cabin?", "A cabin costs 45 euros on top of the fare."),
        ("Where does the ferry leave from?", "The ferry to Lerwick leaves from the north pier."),
    ],
)
def test_the_sentence_that_answers_comes_first(
    reader: Reader, embedder: Embedder, question: str, answer: str
) -> None:
    (own,) = read(reader, embedder, question, TEXT)
    assert [text for text, _ in own] == [TEXT[a:b] for a, b in sentence_spans(TEXT)]
    best = max(own, key=lambda pair: pair[1])
    assert best[0] == answer


def test_a_text_without_the_answer_has_worse_odds(reader: Reader, embedder: Embedder) -> None:
    without = TEXT.replace(" A cabin costs 45 euros on top of the fare.", "")
    own, other = read(reader, embedder, "How much is a cabin?", TEXT, without)
    assert max(odds for _, odds in other) < max(odds for _, odds in own) - 1


def test_a_long_text_is_read_in_parts_and_whole(reader: Reader, embedder: Embedder) -> None:
    filler = " ".join(f"On day {n} the sea was calm and the crew painted the rails." for n in range(1, 60))
    text = f"{filler} {TEXT} {filler}"
    (own,) = read(reader, embedder, "How much is a cabin?", text)
    assert [sentence for sentence, _ in own] == [text[a:b] for a, b in sentence_spans(text)]
    assert max(own, key=lambda pair: pair[1])[0] == "A cabin costs 45 euros on top of the fare."


def test_nothing_to_read_gives_nothing(reader: Reader, embedder: Embedder) -> None:
    assert read(reader, embedder, "How much is a cabin?") == []
    assert read(reader, embedder, "How much is a cabin?", "") == [[]]


def test_a_sentence_cut_off_has_the_worst_odds() -> None:
    row = encode("who?", "Ann came. Bob left.")
    logits = np.zeros((len(row.ids), 2))
    logits[row.sentence == 0] = 2.0
    count = int((row.sentence == 0).sum())
    odds = log_odds(row, logits, 3)
    assert odds[0] == pytest.approx(2.0 + np.log(count))
    assert odds[1] == odds[2] == pytest.approx(np.log((row.sentence == 1).sum()))


def test_the_compiled_reader_computes_what_was_trained(reader: Reader, embedder: Embedder) -> None:
    import torch
    from safetensors.numpy import load_file

    from eval.train.reader.net import Net, batch_of

    net = Net().eval()
    weights = load_file(Path(module.__file__).with_name(module.WEIGHTS))
    with torch.no_grad():
        for name, value in net.named_parameters():
            if name in weights:
                value.copy_(torch.from_numpy(weights[name].astype(np.float32)))
    question = "When was the ferry built?"
    rows = [encode(question, TEXT), encode("Boats?", "Boats are slow. " * 5)]
    near = [
        np.array([0.5, 0.25, -0.1, 0.0], dtype=np.float32),
        np.linspace(0, 0.4, 5, dtype=np.float32),
    ]
    with torch.no_grad():
        batch = batch_of(rows, near)
        pointers, labels = net.point(batch).numpy(), net.judge(batch)[0].numpy()
    own_pointers, own_labels = reader._infer(rows, near)
    for at, row in enumerate(rows):
        kept = batch.text[at, : len(row.ids)].numpy()
        expected = pointers[at, : len(row.ids)][kept]
        assert np.abs(own_pointers[at][kept] - expected).max() < 0.25  # some processors compute in bfloat16
        assert np.abs(own_labels[at] - labels[at]).max() < 0.25


def test_other_weights_are_refused() -> None:
    data = Path(module.__file__).with_name(module.WEIGHTS).read_bytes()
    assert module.checked(data) == data
    with pytest.raises(ModelError, match="reinstall the program"):
        module.checked(data[:-1] + bytes([data[-1] ^ 1]))


def test_another_embedder_means_no_reader(tmp_path: Path) -> None:
    assert load_reader(settings_in(tmp_path)) is None
