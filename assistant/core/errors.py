"""Errors meant for the user's eyes: one line that says what was given, what was needed and what to do.

AssistantError
├── SettingsError     a setting or argument that cannot be used
├── InputError        a question, file or batch line that cannot be used
│   └── LoadError     one document that could not be read; the others go on
├── IndexError_       the index is missing, of another make, or busy
│   ├── IndexMissing
│   ├── IndexMismatch
│   ├── IndexBusy
│   └── StoreUnreachable
├── DiskError         a disk is full, or a folder may not be written
└── ModelError        a model is missing, refuses, times out or returns nothing
"""

from pathlib import Path


class AssistantError(Exception):
    """Base of every known error; its text is shown to the user as it is."""

    def _render_traceback_(self) -> list[str]:
        """Return what IPython and Jupyter show instead of a traceback: one line, folders of the user as `~`."""
        words = " ".join(str(self).split()).replace(str(Path.home()), "~")
        return [f"{type(self).__name__}: {words}"]


class SettingsError(AssistantError):
    """A setting or argument that cannot be used."""


class InputError(AssistantError):
    """A question, file or batch line that cannot be used."""


class LoadError(InputError):
    """A document that could not be read."""


class IndexError_(AssistantError):
    """An index that cannot be used."""


class IndexMissing(IndexError_):
    """There is no index of that name."""


class IndexMismatch(IndexError_):
    """The index was built with something else than what is in force."""


class IndexBusy(IndexError_):
    """Another process is writing to the index."""


class StoreUnreachable(IndexError_):
    """The server that keeps the index cannot be reached, refuses, or has lost a part of it."""


class DiskError(AssistantError):
    """A disk that is full, or a folder that may not be written."""


class ModelError(AssistantError):
    """A chat model that is missing, refuses, times out or returns nothing."""
