"""Run the command line with the page's limits of time as a slow machine needs them: python patient_page.py ARGUMENT ...

What the page looks for in a few seconds, or tells for a while, is found and told on any machine.
"""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]

from patience import LONG_S  # noqa: E402

import ui.page.articles.state  # noqa: E402
import ui.page.ask.sidebar  # noqa: E402
import ui.page.opening  # noqa: E402
from ui.cli.parse import main  # noqa: E402

ui.page.opening.CHIPS_S = LONG_S
ui.page.articles.state.TOLD_S = ui.page.ask.sidebar.UNDO_S = int(LONG_S)
sys.exit(main(sys.argv[1:]))
