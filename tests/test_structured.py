"""Drafts as JSON: the schema, reading it while it grows, and what else a model may reply."""

from typing import Any

import pytest

from assistant.write.model.structured import Objects, schema

KPO, BPO = "KPO needs experts.", "BPO needs clerks."
WHOLE = (
    '{"sentences": [{"text": "KPO needs experts.", "evidence": [1]}, '
    '{"text": "BPO needs clerks.", "evidence": [2]}]}'
)
BOTH = [(KPO, (1,)), (BPO, (2,))]


def read(reply: str, *, cut: bool = False, step: int = 1) -> list[tuple[str, tuple[int, ...]]]:
    """Read a reply that comes in pieces of `step` characters."""
    reader = Objects()
    found = [item for at in range(0, len(reply), step) for item in reader.read(reply[at : at + step])]
    found += reader.end(cut=cut)
    return [(item.text, item.markers) for item in found]


def test_schema_offers_only_the_numbers_given() -> None:
    body = schema(3)
    assert (body["required"], body["additionalProperties"]) == (["sentences"], False)
    sentence: dict[str, Any] = body["properties"]["sentences"]["items"]
    assert (sentence["required"], sentence["additionalProperties"]) == (["text", "evidence", "bullet"], False)
    assert sentence["properties"]["text"]["type"] == "string"
    assert sentence["properties"]["evidence"]["items"] == {"type": "integer", "enum": [1, 2, 3]}


@pytest.mark.parametrize("step", [1, 7, 1000])
@pytest.mark.parametrize(
    "reply",
    [
        WHOLE,
        f"  \n{WHOLE}",
        f"```json\n{WHOLE}\n```",
        f"```\n{WHOLE}\n```\nI hope this helps.",
        f"Sure! Here is the JSON:\n\n```json\n{WHOLE}\n```",
        f"Answer: {WHOLE}",
        f"<think>Say {{x}}. Or not?</think>\n{WHOLE}",
        f"<thinking>Hm.</thinking>{WHOLE}",
        '[{"text": "KPO needs experts.", "evidence": [1]}, {"text": "BPO needs clerks.", "evidence": ["2"]}]',
        '{"sentences": [{"evidence": [1], "text": "KPO needs\\nexperts."}, {"text": "BPO needs\nclerks [2]."}]}',
        '{"sentences": [{"text": "KPO needs experts. [1] BPO needs clerks. [2]", "evidence": []}]}',
    ],
)
def test_json_is_read_however_it_is_wrapped(reply: str, step: int) -> None:
    assert read(reply, step=step) == BOTH


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ('{"sentences": [{"text": "KPO needs experts [2].", "evidence": [1, 2]}]}', [(KPO, (1, 2))]),
        ('{"sentences": [{"text": "KPO needs experts [3].", "evidence": [1]}]}', [(KPO, (1, 3))]),
        ('{"sentences": [{"text": "KPO needs experts.", "evidence": 1}]}', [(KPO, (1,))]),
        ('{"sentences": [{"text": "KPO needs experts.", "evidence": [true, null, 1.5, "x"]}]}', [(KPO, (0, 0, 0))]),
        ('{"sentences": [{"text": "KPO needs experts.", "evidence": [1, 1234, -3, 2.0]}]}', [(KPO, (1, 1234, -3, 2))]),
        ('{"sentences": [{"text": "KPO needs experts.", "evidence": ["doc-7", "[2]", "1, 2"]}]}', [(KPO, (0, 2, 1))]),
        ('{"sentences": [{"text": "KPO needs experts.", "evidence": "Evidence 3"}]}', [(KPO, (3,))]),
        ('{"sentences": [{"text": "KPO needs experts.", "evidence": [[1], {"n": 1}, "", Infinity]}]}', [(KPO, (0, 0, 0))]),
        ('{"sentences": [{"text": "KPO needs \\ud800 experts.", "evidence": [1]}]}', [("KPO needs \ufffd experts.", (1,))]),
        ('["KPO needs experts [1].", "BPO needs clerks [2]."]', BOTH),
        ('{"sentences": ["KPO needs experts [1].", "BPO needs clerks [2]."]}', BOTH),
        ('{"sentences": [{"text": "KPO needs experts.", "evidence": [1}, {"text": "BPO needs clerks.", "evidence": [2]}]}', BOTH[1:]),
        ('{"sentences": [{"text": "A \\"sigma {\\" rule [1].", "evidence": []}]}', [('A "sigma {" rule.', (1,))]),
        ('{"sentences": [{"text": 7}, {"text": "KPO needs experts."}]}', [(KPO, ())]),
        ('{"sentences": [{"text": "cost \\$5"}, {"text": "KPO needs experts."}]}', [(KPO, ())]),
        ('{"sentences": [{"text": "KPO needs experts.", "evidence": [1]}, {"text": "BPO ne', [(KPO, (1,))]),
        ('{"sentences": [{"text": "KPO needs experts."', []),
        ('{"answer": "KPO needs experts."}', []),
        ('{"sentences": []}', []),
    ],
)  # fmt: skip
def test_each_whole_object_with_a_text_counts(
    reply: str, expected: list[tuple[str, tuple[int, ...]]]
) -> None:
    assert read(reply) == expected


def test_a_sentence_comes_when_its_object_closes() -> None:
    reader = Objects()
    assert list(reader.read('{"sentences": [{"text": "KPO needs experts.", "evidence": [1]')) == []
    assert [item.text for item in reader.read("}")] == [KPO]
    assert [item.text for item in reader.read(', {"text": "BPO needs clerks.", "evidence": [2]}')] == [BPO]


@pytest.mark.parametrize(
    "reply", ["KPO needs experts [1]. BPO needs clerks [2].", "[1] KPO needs experts. [2] BPO needs clerks."]
)
def test_prose_is_read_as_prose(reply: str) -> None:
    reader = Objects()
    found = [*reader.read(reply), *reader.end(cut=False)]
    assert [(item.text, item.markers) for item in found] == BOTH
    assert reader.prose is not None
    assert read(reply, cut=True) == BOTH[:1]


@pytest.mark.parametrize("step", [1, 7, 1000])
@pytest.mark.parametrize("opening", ["{\n  ", "{"])
def test_json_after_a_long_lead_is_found(opening: str, step: int) -> None:
    lead = "The evidence is read and weighed step by step and with care.\n" * 6
    found = read(f'<think>{{"sentences": 1}}</think>{lead}{opening}{WHOLE[1:]}', step=step)
    assert found[-2:] == BOTH


def test_a_sentence_too_long_to_be_read_is_handed_on_as_it_is() -> None:
    text = f"{'word ' * 400}word. {BPO}"
    (long, short) = read(f'{{"sentences": [{{"text": "{text}", "evidence": [2]}}]}}')
    assert (long, short) == ((f"{'word ' * 400}word.", (2,)), (BPO, (2,)))


def test_long_prose_is_handed_on_before_it_ends() -> None:
    reader = Objects()
    found = list(reader.read("KPO needs experts [1]. " * 12))
    assert (found[0].text, found[0].markers) == (KPO, (1,))


def test_no_sentences_by_choice_is_declining() -> None:
    reader = Objects()
    assert not reader.declined
    list(reader.read('{"sentences": []}'))
    assert reader.declined
