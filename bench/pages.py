"""Reruns of every page over a home, and building the sample until it can be served.

    python -m bench.pages [--home bench/out/home-1000000] [--repeats 5]

A page is rerun in this process as the server would, without the browser: `first` reads a period
that nobody asked for yet, `cached` the same one again.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from pathlib import Path
from statistics import median

import streamlit as st
from streamlit.testing.v1 import AppTest

from bench.measure import OUT, report, run

ROOT = Path(__file__).resolve().parent.parent
ENTRY = ROOT / "dashboard" / "streamlit_app.py"
PAGES = sorted(p for p in (ROOT / "dashboard" / "app_pages").glob("*.py") if p.stem != "__init__")
TIMEOUT_SECONDS = 300


def bench_demo() -> Path:
    """Build the sample into a new home, report what it cost, give the home."""
    home = OUT / "home-sample"
    shutil.rmtree(home, ignore_errors=True)
    Path(f"{home}.key").unlink(missing_ok=True)
    cost, _ = run(sys.executable, "-m", "etl.cli", "demo", "--no-serve", home=home)
    report("demo", {"demo": cost})
    return home


def bench_pages(home: Path, repeats: int) -> None:
    """Rerun every page `repeats` times with another period, and each time once more."""
    os.environ["CITYCREDIT_HOME"] = str(home)
    os.environ["CITYCREDIT_KEY_FILE"] = f"{home}.key"
    results = {page.stem: rerun_page(page, repeats) for page in PAGES}
    report(f"pages-{home.name}", {"home": home.name, "milliseconds": results})


def rerun_page(page: Path, repeats: int) -> dict[str, int]:
    """Medians and worst values in milliseconds; only of `cached` where a page has no period. Raises
    RuntimeError when the page does."""
    # Caches belong to the process: without this a page would profit from the one before it.
    st.cache_data.clear()
    app = AppTest.from_file(str(ENTRY), default_timeout=TIMEOUT_SECONDS).run()
    app.switch_page(f"app_pages/{page.name}").run()
    chooser = next((box for box in app.selectbox if box.key == "period"), None)
    if chooser is None:  # a page of no period has no figures of one either
        cached = [rerun(app) for _ in range(repeats)]
        return {"cached_median": int(median(cached)), "cached_max": int(max(cached))}
    others = [period for period in chooser.options if period != chooser.value]
    first, cached = [], []
    for period in others[:repeats]:
        app.selectbox(key="period").set_value(period)
        first.append(rerun(app))
        cached.append(rerun(app))
    return {
        "first_median": int(median(first)),
        "first_max": int(max(first)),
        "cached_median": int(median(cached)),
        "cached_max": int(max(cached)),
    }


def rerun(app: AppTest) -> float:
    """One rerun in milliseconds."""
    started = time.perf_counter()
    app.run()
    seconds = time.perf_counter() - started
    if app.exception:
        raise RuntimeError(app.exception[0].message)
    return seconds * 1000


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, help="default: the sample, built first")
    parser.add_argument("--repeats", type=int, default=5)
    chosen = parser.parse_args()
    bench_pages(chosen.home.absolute() if chosen.home else bench_demo(), chosen.repeats)
