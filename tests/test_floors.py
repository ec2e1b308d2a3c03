"""A floor imports only the floors below it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ("warehouse", "expectations", "etl", "dashboard")
MODULES = sorted(path for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))


def imported_packages(source: str) -> set[str]:
    """The top-level packages that a module imports, wherever in it the import stands."""
    packages: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            packages.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            packages.add(node.module.partition(".")[0])
    return packages


def relative_imports_above(source: str, depth: int) -> list[str]:
    """Relative imports that climb out of the package; `depth` = folders below the root."""
    return [
        "." * node.level + (node.module or "")
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and node.level > depth
    ]


def test_reader_of_imports_sees_every_form() -> None:
    source = (
        "import etl.cli as c\nfrom warehouse import x\ndef f():\n    from dashboard.y import z\n"
    )
    assert imported_packages(source) == {"etl", "warehouse", "dashboard"}
    assert relative_imports_above("from . import a\nfrom ..etl import b\n", 1) == ["..etl"]


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_imports_only_floors_below(module: Path) -> None:
    parts = module.relative_to(ROOT).parts
    floors_above = set(FLOORS[FLOORS.index(parts[0]) + 1 :])
    source = module.read_text(encoding="utf-8")
    assert imported_packages(source) & floors_above == set()
    assert imported_packages(source) & {"tests", "bench", "tools"} == set()
    assert relative_imports_above(source, len(parts) - 1) == []


def test_check_does_not_load_great_expectations() -> None:
    """`check` stays fast: only the gate may import Great Expectations, inside its functions."""
    at_module_level = {
        module.relative_to(ROOT).as_posix()
        for module in MODULES
        if "great_expectations"
        in imported_packages_of_body(ast.parse(module.read_text(encoding="utf-8")).body)
    }
    reached = {name for name in at_module_level if not name.startswith("expectations/suites/")}
    assert reached == set()


def imported_packages_of_body(body: list[ast.stmt]) -> set[str]:
    """Like `imported_packages`, of the statements that run when the module is imported."""
    top = [node for node in body if isinstance(node, ast.Import | ast.ImportFrom)]
    return imported_packages("\n".join(map(ast.unparse, top)))
