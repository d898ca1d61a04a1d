"""Judge shown claims by models that take no part in the check that gates them."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.check.pairs import Checker, Pair
from assistant.core.errors import InputError
from assistant.core.settings import DEFAULT_EMBEDDER, EMBEDDED_MODEL, Settings
from eval.judges.judge import Judge, Said

if TYPE_CHECKING:
    from assistant.models.reader.reader import Reader

FORMS = "give reader, cross-encoder:NAME_OR_PATH or llm:PROVIDER:NAME"
SUPPORTED = 0.5  # even odds; no other level was better on all of the sets kept out of its training
BATCH = 256  # pairs a cross-encoder takes at once; one failure costs no more than these


class ReaderJudge:
    """The grounding head of our reader, trained on public grounding sets; the check of answers does not use it.

    It tells supported from not supported. Of evidence beyond 130 words it reads the sentences nearest to the
    claim. It is weak at exchanged subjects and at dropped words of caution: `python -m eval.bench.check.judge`.
    """

    name = "reader"

    def __init__(self, reader: "Reader") -> None:
        self._reader = reader

    def judge(self, pairs: Sequence[Pair]) -> list[Said]:
        """Judge each pair, in order: "supported" above even odds, else "unsupported"."""
        scores = self._reader.supports([(pair.claim, pair.evidence) for pair in pairs])
        return [("supported" if score > SUPPORTED else "unsupported", score, None) for score in scores]


class CrossEncoderJudge:
    """A sentence-transformers CrossEncoder: natural language inference, or one score."""

    def __init__(self, checker: Checker) -> None:
        """Take the model as `assistant.check.cascade.cross_encoder` loads it; its name becomes the judge's."""
        self.name = checker.name
        self._checker = checker

    def judge(self, pairs: Sequence[Pair]) -> list[Said]:
        """Judge each pair, in order, by the likeliest label; "unjudged" where the model failed."""
        parts = [pairs[at : at + BATCH] for at in range(0, len(pairs), BATCH)]
        found = [item for part in parts for item in self._checker.check(part)]
        return [(item.verdict, item.score, None) for item in found]


def load_judges(names: Sequence[str], settings: Settings) -> list[Judge]:
    """Load the judges of these names, each once, in order.

    Raises InputError for a name that is none, for the very checker of the settings, which may not judge itself,
    and for the reader without the embedder it shares; ModelError for a model that cannot be loaded.
    """
    names = list(dict.fromkeys(names))
    for name in names:
        refuse_checker(name, settings)
    return [_load(name, settings) for name in names]


def refuse_checker(name: str, settings: Settings) -> None:
    """Raise InputError where a judge is the checker that gates the answers."""
    same = _identity(name) == _identity(settings.checker, settings.model)
    if same or name in ("auto", "judge"):
        raise InputError(
            f"The judge {name!r} is the checker that gates the answers and may not judge itself: {FORMS}."
        )


def _identity(name: str, model: str = "") -> tuple[str, str]:
    """Name a checker or judge in one way, whichever way its folder or model is written.

    `model` is the chat model meant where an LLM checker has no name of its own.
    """
    kind, _, rest = name.partition(":")
    if kind == "cross-encoder":
        folder = Path(rest).expanduser()
        return kind, str(folder.resolve()) if folder.is_dir() else rest
    if kind == "llm":
        named = rest or model
        return kind, EMBEDDED_MODEL if named == "embedded" else named
    return kind, rest


def _load(name: str, settings: Settings) -> Judge:
    kind, _, rest = name.partition(":")
    if name == "reader":
        return _reader(settings)
    if kind == "cross-encoder" and rest.strip():
        from assistant.check.cascade.cross_encoder import load_cross_encoder

        return CrossEncoderJudge(load_cross_encoder(rest, min_support=SUPPORTED))
    if kind == "llm" and rest.strip():
        from eval.judges.chat import load_chat_judge

        return load_chat_judge(rest, settings)
    raise InputError(f"There is no judge {name!r}: {FORMS}.")


def _reader(settings: Settings) -> Judge:
    from assistant.models.reader.reader import load_reader

    reader = load_reader(settings)
    if reader is None:
        raise InputError(
            f"The judge 'reader' shares layers with the embedder {DEFAULT_EMBEDDER}, and in force is "
            f"{settings.embedder!r}: judge with cross-encoder:NAME_OR_PATH or llm:PROVIDER:NAME."
        )
    return ReaderJudge(reader)
