"""Speed and size as ratios to a one-handler hello world on the same SDK, measured in one run.

    make bench                      every row
    python tests/bench warm web     some of them

Machines are noisy, so the two always take turns and only their ratio counts. Each row names the
figure it has to reach.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # `certificates` and the like, of the tests

import cold
import emulator
import growth
import warm
import web
from table import HEAD, rule

ROWS = {
    "warm": warm.rows,
    "cold": cold.rows,
    "emulator": emulator.rows,
    "web": web.rows,
    "growth": growth.rows,
}


def main() -> None:
    """Print each row as soon as it is measured."""
    parser = argparse.ArgumentParser(prog="python tests/bench", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("rows", nargs="*", metavar="rows", help=f"some of {', '.join(ROWS)}")
    wanted = parser.parse_args().rows
    if unknown := set(wanted) - ROWS.keys():
        parser.error(f"there are no rows {', '.join(sorted(unknown))}; use {', '.join(ROWS)}")
    print(HEAD, rule(), sep="\n", flush=True)
    for name in wanted or ROWS:
        for row in ROWS[name]():
            print(row, flush=True)


if __name__ == "__main__":
    main()
