"""What a table for download says about itself, beside the page that it is taken from."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest

from dashboard.components import tables
from dashboard.filters import View
from dashboard.index_words import CONFIDENTIAL
from tests.reference_support import ROOT

VIEW = View(
    source=None,  # type: ignore[arg-type]
    plan={"plan_id": "YC", "is_sample": False, "closed_as_of": date(2021, 1, 11)},
    period={"period": "2020-06"},
    facts={},
)


def taken(view: View, monkeypatch: pytest.MonkeyPatch) -> str:
    """The last column of a file taken from a page of this view."""
    found: dict[str, Any] = {}
    monkeypatch.setattr(
        tables.st, "download_button", lambda label, **told: found.update(label=label, **told)
    )
    tables.draw_download(view, pl.DataFrame({"城市": ["示例市"]}), key="k", title="名次")
    return str(found["data"]().decode("utf-8-sig").splitlines()[1].rpartition(",")[2])


def test_what_a_page_says_of_its_handling_goes_with_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert taken(VIEW, monkeypatch) == "定稿，数据截至 2021-01-11"
    internal = replace(VIEW, handling=CONFIDENTIAL)
    assert taken(internal, monkeypatch) == f"定稿，数据截至 2021-01-11；{CONFIDENTIAL}"


def test_the_index_page_hands_its_word_on() -> None:
    page = (ROOT / "dashboard" / "app_pages" / "index.py").read_text(encoding="utf-8")
    assert "handling=CONFIDENTIAL" in page
