"""Keep the questions that a chat model writes where they hold: sound, in other words, answered by what it names."""

import random
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from assistant.core.errors import ModelError
from assistant.text.commands import is_command
from assistant.text.words import content_senses
from eval.cases.build.draft import Draft
from eval.cases.build.settle import Settled, alone, unlikely, unsound
from eval.cases.build.texts import Sentence, Texts
from eval.cases.build.written.writer import Writer

LONG = 8  # sentences of a stretch that is asked about
SAME = 0.7  # share of a question's words, names left out, from which it is in the words of its sentence
ELSEWHERE = 10  # sentences of other places that may answer too
MOST_GOLD = 6
GIVE_UP = 3  # failures of the model, one after the other
BARREN = (
    12  # stretches, one after the other, of which no question holds: the model cannot do it, or all is asked
)

Near = Callable[[str], Sequence[Sentence]]  # the sentences nearest to a question, best first
Drops = dict[str, list[str]]  # what was dropped, by reason
Progress = Callable[[str, int, int], None]  # what is done, how much so far, how much in all


def written(
    texts: Texts, writer: Writer, near: Near, rng: random.Random, count: int, drops: Drops, progress: Progress
) -> list[Settled]:
    """Return up to `count` questions with the sentences that answer them, in turn from each article.

    Fewer where the articles are through, or nothing of many passages holds. Raises ModelError where the model fails
    three times in a row.
    """
    kept: dict[str, Settled] = {}
    failed = barren = 0
    for asked, stretch in enumerate(_stretches(texts, rng)):
        if len(kept) >= count or barren == BARREN:
            break
        progress(f"questions by {writer.name}, {asked} passages read", len(kept), count)
        try:
            found = list(_kept(texts, writer, near, stretch, drops))
            failed = 0
        except ModelError as error:
            failed += 1
            if failed == GIVE_UP:
                raise
            drops[f"written: the model failed: {error}"].append("")
            continue
        before = len(kept)
        for item in found:
            kept.setdefault(item.draft.question.lower(), item)
        barren = 0 if len(kept) > before else barren + 1
    return list(kept.values())[:count]


def _stretches(texts: Texts, rng: random.Random) -> Iterator[list[Sentence]]:
    """Yield stretches of one section each, an article at a time, in an order of chance."""
    plain = [item for item in texts.sentences if item.kind != "row" and not is_command(item.text)]
    queues: dict[str, list[list[Sentence]]] = {}
    for (doc_id, _), held in groupby(plain, key=lambda item: (item.doc_id, item.section)):
        sentences = list(held)
        for at in range(0, len(sentences), LONG):
            queues.setdefault(doc_id, []).append(sentences[at : at + LONG])
    for queue in queues.values():
        rng.shuffle(queue)
    order = sorted(queues)
    rng.shuffle(order)
    while any(queues.values()):
        yield from (queues[doc_id].pop() for doc_id in order if queues[doc_id])


def _kept(
    texts: Texts, writer: Writer, near: Near, stretch: list[Sentence], drops: Drops
) -> Iterator[Settled]:
    """Yield what is sound of the questions about a stretch, with the sentences that the model finds on a second look."""
    drafts = []
    title = texts.documents[stretch[0].doc_id].title
    for question, sentence in writer.ask("" if is_command(title) else title, stretch):
        draft = Draft(kind="written", question=question, sources=(sentence,), match="none")
        fault = unsound(question) or unlikely(question) or alone(draft, texts) or _in_its_words(draft, texts)
        if fault:
            drops[f"written: {fault}"].append(question)
        else:
            drafts.append(draft)
    if not drafts:
        return
    others = dict.fromkeys(item for draft in drafts for item in near(draft.question)[:ELSEWHERE])
    shown = [*stretch, *(item for item in others if item not in stretch and not is_command(item.text))]
    for draft, gold in zip(drafts, writer.answering([item.question for item in drafts], shown), strict=True):
        if gold is None:
            drops["written: not checked by the model"].append(draft.question)
        elif draft.sentence not in gold:
            drops["written: not answered by its sentence, on a second look"].append(draft.question)
        elif len(gold) > MOST_GOLD:
            drops["written: too many sentences answer it"].append(draft.question)
        else:
            yield Settled(draft=draft, gold=tuple(sorted(gold, key=lambda item: item.number)))


def _in_its_words(draft: Draft, texts: Texts) -> str | None:
    """Return the fault of a question that repeats its sentence, None where it asks in other words; names are the same."""
    names = {word for name in texts.named_in(draft.question) for word in content_senses(name)}
    words = set(content_senses(draft.question)) - names
    if len(words & draft.sentence.senses) >= SAME * len(words):
        return "in the words of the article"
    return None
