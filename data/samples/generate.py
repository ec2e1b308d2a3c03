"""Writes the sample ledgers of a plan: `python data/samples/generate.py --plan BC --out DIR`."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path

# The generator reads the plans through the product, whose root is two folders up.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from generator import plan_bc, plan_more
from generator.places import SAMPLES

PLANS = {"BC": plan_bc.write} | {plan: partial(plan_more.write, plan) for plan in SAMPLES}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plan", choices=sorted(PLANS), required=True)
    parser.add_argument("--out", type=Path, required=True, help="an empty or new folder")
    arguments = parser.parse_args()
    PLANS[arguments.plan](arguments.out)


if __name__ == "__main__":
    main()
