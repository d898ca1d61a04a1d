"""Run the command line with the page's limits of time as a slow machine needs them: python patient_page.py ARGUMENT ...

What the page looks for in a few seconds, or tells for a while, is found and told on any machine. While the data folder
holds a file of the name in HOLD, no index is opened and no question to go on with is found.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]

from patience import HOLD, LONG_S  # noqa: E402

import ui.page.articles.state  # noqa: E402
import ui.page.ask.sidebar  # noqa: E402
import ui.page.opening  # noqa: E402
from ui.cli.parse import main  # noqa: E402


def held(work: Callable[..., Any]) -> Callable[..., Any]:
    """Return the work, which begins once it is not held back."""
    hold = Path(sys.argv[sys.argv.index("--data-dir") + 1]) / HOLD

    def later(*given: Any) -> Any:
        while hold.exists():
            time.sleep(0.05)
        return work(*given)

    return later


ui.page.opening.CHIPS_S = LONG_S
ui.page.articles.state.TOLD_S = ui.page.ask.sidebar.UNDO_S = int(LONG_S)
ui.page.opening.Opening.work = held(ui.page.opening.Opening.work)  # type: ignore[method-assign]
ui.page.opening._following = held(ui.page.opening._following)
sys.exit(main(sys.argv[1:]))
