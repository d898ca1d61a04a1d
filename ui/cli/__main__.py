"""Run the command line: `python -m ui.cli`."""

import sys

from ui.cli.parse import main

sys.exit(main())
