"""Gather the chat models, checkers and embedders that are installed or reachable, and how well the models cite."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from assistant.core.address import bare_address
from assistant.core.errors import AssistantError
from assistant.core.settings import DEFAULT_EMBEDDER, EMBEDDED_MODEL, Settings
from assistant.index.manifest import Manifest
from assistant.index.served.mirror import generation_in_force
from assistant.models.chat.gguf.catalog import GGUF, LISTED
from assistant.models.chat.gguf.weights import find_weights
from assistant.models.embedder.embedder import HASH_EMBEDDER
from eval.health.file import known_health
from eval.health.health import Health
from ui.providers.cached import Cached, cached_models
from ui.providers.health import health_line, measured_line
from ui.providers.hosted import hosted_providers
from ui.providers.ready import lacks_checker, lacks_embedder, lacks_judge, lacks_model
from ui.providers.servers import (
    GIVEN,
    OLLAMA,
    PORTS,
    WITHOUT_SERVER,
    Found,
    Place,
    given_places,
    look,
    ollama_address,
    usual_places,
)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of a list: what to name, whether it can be used as things stand, and what there is to say of it."""

    name: str
    ready: bool
    about: str
    in_force: bool = False
    base_url: str | None = None
    health: tuple[Health, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)  # for programs: server, package, key, index

    def to_dict(self) -> dict[str, Any]:
        """Return the entry as plain JSON types."""
        told = [
            {**item.to_dict(), "line": health_line(item), "measured": measured_line(item)}
            for item in self.health
        ]
        return {**asdict(self), "health": told}


@dataclass(frozen=True, kw_only=True)
class Models:
    """Everything that can be named: chat models, checkers, embedders; `notices` say what could not be looked up."""

    chat_models: tuple[Entry, ...]
    checkers: tuple[Entry, ...]
    embedders: tuple[Entry, ...]
    notices: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the lists as plain JSON types."""
        lists = {name: getattr(self, name) for name in ("chat_models", "checkers", "embedders")}
        told = {name: [entry.to_dict() for entry in entries] for name, entries in lists.items()}
        return {**told, "notices": list(self.notices)}


def list_models(settings: Settings, ports: Mapping[str, int] = PORTS) -> Models:
    """Look at this machine and at the address the settings name; nothing is loaded, and no key is shown or sent."""
    notices: list[str] = []
    try:
        known = known_health(settings.data_dir)
    except AssistantError as error:
        known = []
        notices.append(str(error))
    places = [*given_places(settings), *usual_places(ports)]
    offered = look(places)
    notices += [
        f"No server answers at {place.base_url}."
        for place, found in offered.items()
        if place.given and found is None
    ]
    cached = cached_models()
    lacks = _lacks(settings, offered, cached)
    return Models(
        chat_models=tuple(_chat_models(settings, known, offered, cached, lacks)),
        checkers=tuple(_checkers(settings, cached, lacks)),
        embedders=tuple(_embedders(settings, cached, notices)),
        notices=tuple(notices),
    )


def _chat_models(
    settings: Settings,
    known: Sequence[Health],
    offered: Mapping[Place, list[Found] | None],
    cached: Sequence[Cached],
    lacks: str,
) -> Iterator[Entry]:
    """Yield the models that can be named, those in force and measured before among them, then the providers."""
    current = settings.model
    entries = [
        Entry(name="none", ready=True, about="Quotations alone; nothing is drafted."),
        _embedded(settings),
        *_listed(settings),
        *_served(offered),
        *(_cached(item) for item in cached if item.kind == "chat"),
        _as_named(current, lacks, base_url=bare_address(settings.base_url)),
        *(
            Entry(
                name=item.model, ready=False, about="Measured before; not found now.", base_url=item.base_url
            )
            for item in known
        ),
    ]
    in_force = model_key(current, settings.base_url)
    distinct: dict[tuple[str, str | None], Entry] = {}
    for entry in entries:
        distinct.setdefault(model_key(entry.name, entry.base_url), entry)
    for key, entry in distinct.items():
        yield replace(entry, in_force=key == in_force, health=_health(known, key, settings.draft_form))
    yield from _hosted()


def _lacks(settings: Settings, offered: Mapping[Place, list[Found] | None], cached: Sequence[Cached]) -> str:
    """Return what the chat model in force lacks, "" for nothing that shows."""
    if not settings.drafts:
        return ""
    key, provider = model_key(settings.model, settings.base_url), settings.model.partition(":")[0]
    listed = [
        found
        for place, found in offered.items()
        if place.provider == provider and model_key(settings.model, place.base_url) == key
    ]
    return lacks_model(settings, listed, cached)


def _as_named(name: str, lacks: str, **values: Any) -> Entry:
    """Return the entry of what the settings name, with the reason where it cannot be used."""
    about = "As the settings name it" + (f", but {lacks.rstrip('.')}." if lacks else ".")
    return Entry(name=name, ready=not lacks, about=about, **values)


def model_key(model: str, base_url: str | None) -> tuple[str, str | None]:
    """Return what tells models apart: two ways to name the same one give the same."""
    provider, _, name = model.partition(":")
    if provider in WITHOUT_SERVER:
        return model, None
    address = (bare_address(base_url) or "").replace("//localhost", "//127.0.0.1") or None
    if provider == "ollama":
        usual = ollama_address(os.environ.get("OLLAMA_HOST", "")) or OLLAMA
        return f"ollama:{name.removesuffix(':latest')}", None if address == usual else address
    return model, address


def health_of_model(
    known: Sequence[Health], model: str, base_url: str | None, form: str = "auto"
) -> Health | None:
    """Return the newest figures of a model, those of its form where there are any; None without."""
    found = _health(known, model_key(model, base_url), form)
    return found[0] if found else None


def _health(known: Sequence[Health], key: tuple[str, str | None], form: str) -> tuple[Health, ...]:
    """Return the figures of a model, those of the form in force first, then the newest."""
    found = [item for item in known if model_key(item.model, item.base_url) == key]
    found.sort(key=lambda item: item.made, reverse=True)
    return tuple(sorted(found, key=lambda item: item.form != form))


def _embedded(settings: Settings) -> Entry:
    ready = find_weights(settings) is not None
    about = "SmolLM2-135M-Instruct, in this process, when named (--model embedded); "
    about += "its weights are there." if ready else "fetch its weights with `bpo-kpo setup`."
    return Entry(name=EMBEDDED_MODEL, ready=ready, about=about)


def _listed(settings: Settings) -> Iterator[Entry]:
    """Yield the models that `bpo-kpo setup` can fetch, with what each takes."""
    for item in LISTED:
        there = (settings.weights_dir / item.file).is_file()
        how = "it is there" if there else f"fetch it with `bpo-kpo setup --model {item.name}`"
        yield Entry(name=f"{GGUF}{item.name}", ready=there, about=f"{item.about}, in this process; {how}.")


def _served(offered: Mapping[Place, list[Found] | None]) -> Iterator[Entry]:
    """Yield the models of servers, each with the option it needs; where there is none, where was looked."""
    found = [item for one in offered.values() for item in one or ()]
    for item in found:
        key = model_key(item.model, item.base_url)
        flag = f"; add --base-url {item.base_url}" if key[1] else f" at {item.base_url}"
        yield Entry(
            name=item.model,
            ready=True,
            about=f"{'A server' if item.server == GIVEN else item.server}{flag}.",
            base_url=item.base_url if key[1] else None,
            details={"server": item.server, "address": item.base_url},
        )
    if not found:
        looked = ", ".join(
            f"{place.server} ({urlsplit(place.base_url).port})" for place in offered if not place.given
        )
        yield Entry(
            name="ollama:NAME", ready=False, about=f"No server offers a model here{looked and ': '}{looked}."
        )


def _cached(item: Cached) -> Entry:
    ready = any(one.name == "huggingface" and one.version for one in hosted_providers())
    about = "In the Hugging Face cache of this machine" + (
        "." if ready else "; run `pip install langchain-huggingface`."
    )
    return Entry(name=f"huggingface:{item.name}", ready=ready, about=about)


def _hosted() -> Iterator[Entry]:
    """Yield one entry a provider, in the form to name one of its models."""
    for item in hosted_providers():
        installed = f"{item.package} {item.version}" if item.version else f"run `pip install {item.package}`"
        key = f"{item.key} is {'set' if item.key_set else 'not set'}"
        local = item.name == "huggingface"
        words = f"in this process, or with --base-url at an endpoint ({key})" if local else key
        details = {name: value for name, value in asdict(item).items() if name != "name"}
        yield Entry(
            name=f"{item.name}:{'NAME_OR_PATH' if local else 'NAME'}",
            ready=bool(item.version) and (item.key_set or local),
            about=f"{installed}; {words}.",
            details=details,
        )


def _checkers(settings: Settings, cached: Sequence[Cached], lacks: str) -> Iterator[Entry]:
    """Yield the forms of checkers; the one in force by its own name where it has one."""
    forms = {
        "auto": "The embedded judge; what it is not sure of goes to the chat model in force, unless that is the embedded one.",
        "judge": "The embedded judge alone.",
        "cross-encoder:NAME_OR_PATH": "Behind the judge, a sentence-transformers cross-encoder on this machine.",
        "llm": "Behind the judge, the chat model in force.",
        "llm:PROVIDER:NAME": "Behind the judge, any chat model.",
    }
    judge = lacks_judge(settings, lacks)
    for name, about in forms.items():
        why = judge if name == "llm" else ""
        words = f"{about[:-1]}, but {why.rstrip('.')}." if why else about
        yield Entry(name=name, ready=not why, about=words, in_force=name == settings.checker)
    if settings.checker not in forms:
        yield _as_named(settings.checker, lacks_checker(settings, cached, lacks), in_force=True)


def _embedders(settings: Settings, cached: Sequence[Cached], notices: list[str]) -> Iterator[Entry]:
    """Yield the embedders, with a word on the one that the index in force was built with."""
    built = None
    try:
        folder = generation_in_force(settings)
        built = Manifest.read(folder / "manifest.json") if folder else None
    except (AssistantError, OSError, ValueError, KeyError, TypeError) as error:
        notices.append(f"The index {settings.index!r} cannot be read ({error}): build it anew.")
    about = {
        DEFAULT_EMBEDDER: "Comes with the program.",
        HASH_EMBEDDER: "Hashed words, without weights, for trials.",
        **{
            item.name: "In the Hugging Face cache of this machine."
            for item in cached
            if item.kind == "embedder"
        },
    }
    about.setdefault(settings.embedder, "As the settings name it.")
    if built:
        about.setdefault(built.embedder, "Named when the index was built.")
    for name, words in about.items():
        made = built is not None and built.embedder == name
        if lacks := lacks_embedder(name):
            words = f"{words[:-1]}, but {lacks}."
        yield Entry(
            name=name,
            ready=not lacks,
            about=words + (f" The index {settings.index!r} was built with it." if made else ""),
            in_force=name == settings.embedder,
            details={"built_the_index": made},
        )
    yield Entry(name="NAME_OR_PATH", ready=True, about="Any sentence-transformers model on this machine.")
