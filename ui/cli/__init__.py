"""The command line: `bpo-kpo`, or `python -m ui.cli`."""


def main() -> int:
    """Run one command; return its exit code."""
    from ui.cli.parse import program

    return program()
