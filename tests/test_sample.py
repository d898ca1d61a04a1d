"""A fixed sample of cases, and cases chosen by id."""

from collections import Counter

import pytest
from runs import case

from assistant.core.errors import InputError
from eval.cases.sample import chosen, sample
from eval.run.types import Case

KINDS = {
    "number": (6, True),
    "list": (4, True),
    "definition": (2, True),
    "near_miss": (3, False),
    "topic": (3, False),
}


def many() -> list[Case]:
    """Twelve answerable cases of three kinds and six others of two, mixed."""
    made = [
        case(f"{kind}-{n}", kind=kind, answerable=answerable)
        for kind, (count, answerable) in KINDS.items()
        for n in range(count)
    ]
    return made[::2] + made[1::2]


def ids(cases: list[Case]) -> list[str]:
    return [one.id for one in cases]


def test_each_kind_has_its_share() -> None:
    # 6 of 18: 4 of the 12 answerable ones, 2 of the others; 4 of 6 + 4 + 2: 2, 1 1/3 and 2/3
    counts = Counter(one.kind for one in sample(many(), 6, seed=7))
    assert counts == {"number": 2, "list": 1, "definition": 1, "near_miss": 1, "topic": 1}


@pytest.mark.parametrize("count", range(1, 19))
def test_every_count_is_met_and_the_answerable_keep_their_share(count: int) -> None:
    found = sample(many(), count, seed=7)
    assert len(found) == count
    assert abs(sum(one.answerable for one in found) - count * 2 / 3) < 1


def test_of_equal_remainders_the_first_group_has_it() -> None:
    four = [case("a", answerable=False), case("b"), case("c", answerable=False), case("d")]
    assert [one.answerable for one in sample(four, 1, seed=7)] == [False]


def test_a_kind_with_both_is_shared_out_in_both() -> None:
    both = [case(f"{n}", kind="injection", answerable=n % 2 == 0) for n in range(8)]
    assert Counter(one.answerable for one in sample(both, 4, seed=1)) == {True: 2, False: 2}


def test_the_order_is_that_of_the_cases_and_the_choice_does_not_depend_on_it() -> None:
    cases = many()
    found = sample(cases, 7, seed=7)
    assert ids(found) == [one for one in ids(cases) if one in ids(found)]
    assert set(ids(sample(cases[::-1], 7, seed=7))) == set(ids(found))
    assert ids(sample(cases, 7, seed=7)) == ids(found)


def test_the_choice_is_by_the_hash_of_seed_and_id() -> None:
    four = [case(name) for name in ("one", "two", "three", "four")]
    # printf 7:one | sha256sum and so on: the hashes begin 2a and 31 (of two and four), 49 and 8f (of four and three)
    assert ids(sample(four, 1, seed=7)) == ["two"]
    assert ids(sample(four, 2, seed=7)) == ["two", "four"]
    assert ids(sample(four, 2, seed=8)) == ["three", "four"]


def test_a_sample_of_all_is_all_and_one_of_none_an_error() -> None:
    cases = many()
    assert sample(cases, 18, seed=7) == sample(cases, 500, seed=7) == cases
    assert sample([], 3, seed=7) == []
    with pytest.raises(InputError, match="The sample is of 0 cases: give at least 1"):
        sample(cases, 0, seed=7)


def test_cases_are_chosen_by_id_in_their_order() -> None:
    cases = many()
    assert ids(chosen(cases, ["topic-2", "list-0", "topic-2"])) == ["list-0", "topic-2"]
    assert chosen(cases, []) == []
    with pytest.raises(InputError) as caught:
        chosen(cases, ["list-0", "lists-0", "q"])
    assert str(caught.value).startswith(
        "No case has the id 'lists-0', 'q': give ids of the cases such as list-0,"
    )
