"""Writes the sample ledgers of a plan: `python data/samples/generate.py --plan BC --out DIR`."""

from __future__ import annotations

import argparse
from pathlib import Path

from generator import plan_bc

PLANS = {"BC": plan_bc.write}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plan", choices=sorted(PLANS), required=True)
    parser.add_argument("--out", type=Path, required=True, help="an empty or new folder")
    arguments = parser.parse_args()
    PLANS[arguments.plan](arguments.out)


if __name__ == "__main__":
    main()
