"""What the files of the dashboard have in common, and that its document names what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dashboard.navigation import PAGES, page_file

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "dashboard"
DOCUMENT = (ROOT / "docs" / "pages.md").read_text(encoding="utf-8")


def imports(path: Path) -> set[str]:
    return set(re.findall(r"^(?:from|import) ([\w.]+)", path.read_text(encoding="utf-8"), re.M))


@pytest.mark.parametrize("path", sorted(FOLDER.glob("queries/*.py")), ids=lambda p: p.name)
def test_queries_draw_nothing(path: Path) -> None:
    assert not {name for name in imports(path) if name.startswith(("streamlit", "plotly"))}


@pytest.mark.parametrize("name", ["findings.py", "wording.py", "components/exports.py"])
def test_words_and_findings_are_pure(name: str) -> None:
    assert not {n for n in imports(FOLDER / name) if n.startswith(("streamlit", "duckdb"))}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("app_pages/*.py")), ids=lambda p: p.name)
def test_pages_hold_no_sql(path: Path) -> None:
    assert "select " not in path.read_text(encoding="utf-8").lower()


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_its_file_and_is_documented(page: str) -> None:
    assert (FOLDER / page_file(page)).is_file()
    assert PAGES[page][0] in DOCUMENT


def test_every_page_file_is_reachable() -> None:
    files = {path.stem for path in FOLDER.glob("app_pages/*.py")} - {"__init__"}
    assert files == set(PAGES)


def test_every_query_file_is_used() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("queries/*.py"))
    unused = [path.stem for path in FOLDER.glob("queries/*.sql") if f'"{path.stem}"' not in code]
    assert unused == []
