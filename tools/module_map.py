"""Writes the module map of docs/architecture.md from the first sentences of the modules.

python -m tools.module_map
"""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "architecture.md"
HEADING = "## Modules"
PACKAGES = ("warehouse", "expectations", "etl", "dashboard")


def render() -> str:
    """The section: a heading per package, a line per module with its job."""
    lines = [HEADING, "", "One job each; `make docs` writes this list.", ""]
    for package in PACKAGES:
        lines += [f"### {package}/", ""]
        for path in sorted((ROOT / package).rglob("*.py")):
            if path.name != "__init__.py":
                name = path.relative_to(ROOT / package).as_posix()
                lines.append(f"* `{name}` {_job(path)}")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _job(path: Path) -> str:
    """The first sentence of a module's docstring."""
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return " ".join(text.split("\n\n")[0].split()).split(". ")[0].rstrip(".")


def main() -> None:
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(text[: text.index(HEADING)] + render(), encoding="utf-8")


if __name__ == "__main__":
    main()
