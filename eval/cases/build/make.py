"""Make cases: questions from real sentences, each checked, then near misses and probes from those that were kept."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from assistant.core.errors import InputError
from assistant.index.contrasts import find_contrasts
from assistant.index.search import search
from assistant.index.store import Store
from assistant.text.lexicon.contrasts import BUILT_IN
from eval.cases.build.built import Built
from eval.cases.build.draft import Draft
from eval.cases.build.finish import answerable, careless, spread, unanswerable
from eval.cases.build.questions.facts import actors, dates, figures, openings, reasons, statements
from eval.cases.build.questions.meanings import abbreviations, definitions
from eval.cases.build.questions.misses import Miss, misses, never_spelt_out, swapped
from eval.cases.build.questions.sections import sections
from eval.cases.build.settle import Settled, merged, settle
from eval.cases.build.statement import parse
from eval.cases.build.texts import Sentence, Texts
from eval.cases.build.written.writer import Writer
from eval.cases.build.written.written import Drops, Near, Progress, written
from eval.run.types import Case

A_DOCUMENT, LEAST, MOST = 12, 60, 300  # cases made for each article, and in all
MAX_SENTENCES = 6000  # searched for subjects that the corpus sets against each other
NEAREST = 3  # passages that may answer a written question too
PARTS = {"answerable": 0.55, "perturbed": 0.15, "unanswerable": 0.3}


def build(
    store: Store,
    *,
    seed: int,
    limit: int | None = None,
    writer: Writer | None = None,
    progress: Progress | None = None,
) -> Built:
    """Return cases from the articles of an index, the same for the same seed.

    `limit` is the most cases to return, at least 1; without it 12 for each article, 60 to 300 in all, where there are
    so many. A `writer` writes the questions that have an answer, in place of those made from the sentences. Raises
    InputError where no case could be made, ModelError where the writer fails.
    """
    if limit is not None and limit < 1:
        raise InputError(f"The limit is {limit}, needed is a number of cases from 1: give a higher one.")
    told = progress or (lambda what, done, total: None)
    texts = Texts.of(store, lambda done, total: told("making cases", done, total))
    rng = random.Random(seed)
    drops: Drops = defaultdict(list)
    settled = _settled(_drafts(texts), texts, drops)
    unanswered = _unanswered(settled, texts, rng, drops)
    wanted = limit or max(LEAST, min(MOST, A_DOCUMENT * len(texts.documents)))
    if writer:
        count = max(1, round(wanted * PARTS["answerable"]))
        near = _near(store, texts)
        settled = written(texts, writer, near, rng, count, drops, told)
    cases, left = _chosen(settled, unanswered, wanted, rng)
    if not cases or (writer and not settled):
        raise _none_made(texts, drops, writer)
    return Built(cases=tuple(cases), dropped=drops, left=left, writer=writer.name if writer else "")


def _chosen(
    settled: Sequence[Settled], unanswered: Sequence[Miss], wanted: int, rng: random.Random
) -> tuple[list[Case], int]:
    """Return the cases, evenly over kinds and articles, and how many sound ones were left out."""
    shares = _shares(wanted, len(settled), len(unanswered))
    kept = spread(settled, shares[0], rng, lambda item: (item.draft.kind, item.draft.sentence.doc_id))
    missed = spread(unanswered, shares[2], rng, lambda item: (item.kind, item.doc_id))
    cases = [answerable(item) for item in kept]
    cases += careless(kept, shares[1], rng)
    cases += [unanswerable(item) for item in missed]
    return cases, len(settled) + len(unanswered) - len(kept) - len(missed)


def _none_made(texts: Texts, dropped: Drops, writer: Writer | None) -> InputError:
    if writer:
        counts = Counter({reason: len(items) for reason, items in dropped.items()})
        why = [f"{reason} ({n})" for reason, n in counts.most_common() if reason.startswith("written: ")]
        return InputError(
            f"no case could be made: no question that {writer.name} wrote could be kept: "
            f"{'; '.join(why).replace('written: ', '') or 'it wrote none in the form it was asked for'}. Name a stronger model, or --model none."
        )
    count = "1 article" if len(texts.documents) == 1 else f"{len(texts.documents)} articles"
    return InputError(
        f"no case could be made: {count} with {len(texts.sentences)} sentences hold no definition, figure, year, reason, "
        "list or heading to ask for. Give articles in whole sentences, or write cases by hand."
    )


def _settled(drafts: Iterable[Draft], texts: Texts, drops: Drops) -> list[Settled]:
    by_question: dict[str, list[Draft]] = {}
    for draft in drafts:
        by_question.setdefault(draft.question.lower(), []).append(draft)
    found = []
    for alike in by_question.values():
        one = merged(alike)
        result = one if isinstance(one, str) else settle(one, texts)
        if isinstance(result, str):
            drops[f"{alike[0].kind}: {result}"].append(alike[0].question)
        else:
            found.append(result)
    return found


def _drafts(texts: Texts) -> Iterable[Draft]:
    for sentence in texts.sentences:
        if sentence.kind == "row":
            continue
        clause = parse(sentence.text, texts.lower)
        yield from definitions(texts, sentence)
        yield from abbreviations(texts, sentence)
        yield from reasons(texts, sentence)
        yield from openings(texts, sentence)
        if clause:
            for make in (figures, dates, actors, statements):
                yield from make(texts, sentence, clause)
    yield from sections(texts)


def _near(store: Store, texts: Texts) -> Near:
    """Return what finds the sentences of the passages nearest to a question, without rows."""

    def near(question: str) -> list[Sentence]:
        passages = search(store, question, NEAREST)
        within = [
            sentence
            for passage in passages
            for sentence in texts.of_document(passage.doc_id)
            if passage.start <= sentence.start < passage.end and sentence.kind != "row"
        ]
        return list(dict.fromkeys(within))

    return near


def _unanswered(settled: Sequence[Settled], texts: Texts, rng: random.Random, drops: Drops) -> list[Miss]:
    asked = {item.draft.question.lower() for item in settled}
    step = 1 + len(texts.sentences) // MAX_SENTENCES
    contrasts = (*BUILT_IN, *find_contrasts(sentence.text for sentence in texts.sentences[::step]))
    tried = sorted(rng.sample(range(len(settled)), min(len(settled), 3 * MOST)))
    made: list[Miss | str] = [miss for at in tried for miss in misses(settled[at], texts, rng)]
    made += [probe for sentence in texts.sentences for probe in swapped(sentence, contrasts, texts)]
    codes = list(never_spelt_out(texts))
    made += rng.sample(codes, min(len(codes), 5 + sum(isinstance(miss, Miss) for miss in made) // 2))
    found = []
    for miss in made:
        if isinstance(miss, str):
            drops[miss].append("")
        elif miss.question.lower() in asked:
            drops[f"{miss.kind}: asked already"].append(miss.question)
        else:
            asked.add(miss.question.lower())
            found.append(miss)
    return found


def _shares(wanted: int, answerable: int, unanswerable: int) -> tuple[int, int, int]:
    """Divide the cases wanted among the answerable, the careless and the unanswerable, by what there is."""
    kept = min(answerable, max(1, round(wanted * PARTS["answerable"])))
    careless = min(round(wanted * PARTS["perturbed"]), kept // 3)
    missed = min(unanswerable, round(wanted * PARTS["unanswerable"]), max(kept, 1))
    return kept, min(careless, max(0, wanted - kept)), min(missed, max(0, wanted - kept - careless))
