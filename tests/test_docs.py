"""The documents name what exists, and what exists is documented."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command

from etl.cli import app
from tools import cli_docs, module_map

ROOT = Path(__file__).resolve().parent.parent
MAKE_TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "bench" / "README.md"])
COMMANDS = [name for name, _ in cli_docs.walk(get_command(app), "citycredit")]


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def code_in(page: Path) -> str:
    """What a page shows as code: fenced blocks and inline."""
    text = page.read_text("utf-8")
    blocks = re.findall(r"```.*?```", text, re.DOTALL)
    return "\n".join(
        [*blocks, *re.findall(r"`[^`\n]+`", re.sub(r"```.*?```", "", text, flags=re.S))]
    )


def test_command_page_is_current() -> None:
    assert cli_docs.PAGE.read_text("utf-8") == cli_docs.render(), "run: make docs"


def test_module_map_is_current() -> None:
    assert module_map.PAGE.read_text("utf-8").endswith(module_map.render()), "run: make docs"


@pytest.mark.parametrize("page", PAGES, ids=place)
def test_named_make_targets_exist(page: Path) -> None:
    named = set(re.findall(r"\bmake ([a-z][a-z-]*)", code_in(page)))
    assert named - MAKE_TARGETS == set()


@pytest.mark.parametrize("page", PAGES, ids=place)
def test_named_commands_exist(page: Path) -> None:
    words = {word for name in COMMANDS for word in name.split()[1:]}
    named = set(re.findall(r"\bcitycredit ([a-z]+)", code_in(page)))
    assert named - words == set()


@pytest.mark.parametrize("page", PAGES, ids=place)
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8"))
    local = [link for link in links if "://" not in link]
    assert [link for link in local if not (page.parent / link).exists()] == []


def test_every_phony_target_is_explained() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert set(re.findall(r"^([a-z-]+):.*## \S", makefile, re.MULTILINE)) == MAKE_TARGETS
