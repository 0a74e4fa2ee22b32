"""``python -m egovarchive``: the command line."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from egovarchive.cli.run import run


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run the command that *arguments* name; return the exit code.

    Args:
        arguments: What stands behind the program's name; None takes them from
            the command line.
    """
    return run(sys.argv[1:] if arguments is None else arguments)


if __name__ == "__main__":
    sys.exit(main())
