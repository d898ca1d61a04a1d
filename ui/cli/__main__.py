"""Run the command line: `python -m ui.cli`."""

import sys

from ui.cli.parse import program

sys.exit(program())
