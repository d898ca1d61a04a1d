"""Open what an assistant is made of: settings, model, embedder, index, checker, reader."""

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from assistant.core.errors import ModelError, SettingsError
from assistant.core.settings import DEFAULT_EMBEDDER, Settings, load_settings, silence_libraries

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from assistant.check.pairs import Checker
    from assistant.index.store import Store
    from assistant.models.embedder.embedder import Embedder
    from assistant.models.judge.judge import LateJudge
    from assistant.models.reader.reader import Reader


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What an assistant is made of; `notices` say what could not be had."""

    settings: Settings
    store: "Store"
    embedder: "Embedder"
    model: "BaseChatModel | None"
    checker: "Checker"
    notices: tuple[str, ...]
    reader: "Reader | None"
    judge: "LateJudge | None"


def load_parts(settings: Settings) -> Parts:
    """Load the model, the embedder and the index.

    A model that cannot be loaded leaves None and a notice. Raises IndexMissing, IndexMismatch, or ModelError
    for the embedder or the checker.
    """
    silence_libraries()
    from assistant.answer.turn import told
    from assistant.check.load import load_checker
    from assistant.index.contrasts import contrasts_in
    from assistant.index.store import Store
    from assistant.index.thresholds import in_force
    from assistant.models.chat.gguf.in_process import InProcessChat
    from assistant.models.chat.load import load_chat_model
    from assistant.models.embedder.load import load_embedder
    from assistant.models.embedder.remembering import Remembering
    from assistant.models.judge.judge import LateJudge
    from assistant.models.reader.reader import load_reader
    from assistant.write.model.prompt import instructions

    Store.folder_in_force(settings)  # before anything slow
    settings = in_force(settings)
    judge = LateJudge(settings) if settings.embedder == DEFAULT_EMBEDDER else None  # it goes with the reader
    if judge:
        judge.warm()
    notices: tuple[str, ...] = ()
    model: BaseChatModel | None = None
    try:
        model = load_chat_model(settings)
        if isinstance(model, InProcessChat):
            model.warm((instructions(),))  # loads while the embedder and the index do
    except ModelError as error:
        notices = (told(error),)
    embedder = Remembering(load_embedder(settings))
    store = Store.open(settings, embedder)
    return Parts(
        settings=settings,
        store=store,
        embedder=embedder,
        model=model,
        checker=load_checker(settings, model, contrasts_in(store, settings)),
        notices=notices,
        reader=load_reader(settings),
        judge=judge,
    )


def settings_of(settings: Settings | None = None, **values: Any) -> Settings:
    """Return the settings with values put over them; without settings those of the environment are taken.

    None means "not given". Raises SettingsError that names a value
    which is unknown or cannot be used.
    """
    known = list(Settings.model_fields)
    for name in values:
        if name not in known:
            near = get_close_matches(name, known, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"give one of {', '.join(known)}."
            raise SettingsError(f"There is no setting {name!r}: {hint}")
    if settings is not None and not isinstance(settings, Settings):
        raise SettingsError(
            f"The settings are of type {type(settings).__name__}: give those of load_settings(), or values by name."
        )
    before = {name: getattr(settings, name) for name in settings.model_fields_set} if settings else {}
    given = {name: value for name, value in values.items() if value is not None}
    if settings is not None and not given:
        return settings
    try:
        return load_settings(**(before | given))
    except SettingsError as error:
        words = str(error)
        for name in given:  # here they are no options of a command
            words = words.replace(f"--{name.replace('_', '-')} is ", f"{name} is ")
        raise SettingsError(words) from None
