"""Find fonts on this machine for what the letters built into every PDF reader do not cover."""

import os
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

BUILT_IN = "cp1252"  # characters of the fonts that every PDF reader has
# Wide fonts of the three systems, the first that has a character draws it.
NAMES = (
    "DejaVuSans.ttf", "NotoSans-Regular.ttf", "LiberationSans-Regular.ttf", "segoeui.ttf", "arial.ttf", "Arial.ttf",
    "Arial Unicode.ttf", "NotoSansCJK-Regular.ttc", "wqy-zenhei.ttc", "wqy-microhei.ttc", "DroidSansFallback.ttf",
    "msyh.ttc", "simsun.ttc", "msgothic.ttc", "malgun.ttf", "STHeiti Light.ttc", "AppleSDGothicNeo.ttc",
    "NotoSansArabic-Regular.ttf", "NotoSansHebrew-Regular.ttf", "NotoSansDevanagari-Regular.ttf",
    "NotoSansThai-Regular.ttf", "Nirmala.ttc", "Nirmala.ttf", "leelawui.ttf", "seguisym.ttf",
    "NotoSansSymbols2-Regular.ttf", "FreeSans.ttf", "unifont.ttf",
)  # fmt: skip


def is_built_in(text: str) -> bool:
    """Tell whether the built-in fonts have every character of a text."""
    try:
        text.encode(BUILT_IN)
    except UnicodeEncodeError:
        return False
    return True


@lru_cache(maxsize=1)
def fonts() -> tuple[Path, ...]:
    """Return the known fonts that this machine has, the widest first."""
    there: dict[str, Path] = {}
    for folder in _folders():
        for path in sorted(folder.rglob("*.tt[fc]")) if folder.is_dir() else ():
            there.setdefault(path.name, path)
    return tuple(there[name] for name in NAMES if name in there)


def _folders() -> Iterator[Path]:
    home = Path.home()
    if sys.platform == "win32":
        yield Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts"
        yield Path(os.environ.get("LOCALAPPDATA", home)) / "Microsoft" / "Windows" / "Fonts"
    elif sys.platform == "darwin":
        yield from (home / "Library" / "Fonts", Path("/Library/Fonts"), Path("/System/Library/Fonts"))
    else:
        yield from (home / ".local" / "share" / "fonts", home / ".fonts")
        yield from (Path("/usr/local/share/fonts"), Path("/usr/share/fonts"))
