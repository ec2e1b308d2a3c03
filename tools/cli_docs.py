"""Write docs/cli.md from the commands themselves; a test keeps the two in step."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

from typer.main import get_command

PAGE = Path(__file__).resolve().parent.parent / "docs" / "cli.md"
PREFACE = """\
# Commands

Written by `make docs` from the commands' own help; do not edit.
Every command takes `--home DIR` or `CITYCREDIT_HOME`; without either the home is `data/home/`.

| exit code | meaning |
|---|---|
| 0 | fine |
| 1 | `check` found errors or late rows, lost cells, or no rows |
| 2 | a file could not be read |
| 3 | a rule crashed, or the publish gate failed |
| 64 | wrong usage |
"""


def walk(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Each runnable command under `command` with its full name, in the order of the help."""
    children = getattr(command, "commands", None)
    if children is None:
        yield name, command
        return
    for child_name, child in children.items():
        if not child.hidden:
            yield from walk(child, f"{name} {child_name}")


def usage(name: str, command: Any) -> str:
    """One line: the command and its arguments, then the options it has."""
    words = [name]
    for parameter in command.params:
        if parameter.param_type_name == "argument":
            word = spelling(parameter)
            words.append(word if parameter.required else f"[{word}]")
    if any(p.param_type_name == "option" for p in command.params):
        words.append("[OPTIONS]")
    return " ".join(words)


def spelling(parameter: Any) -> str:
    """How a parameter is written: `--port N`, `PATH…`, `--reveal / --no-reveal`."""
    value = parameter.metavar or parameter.name.upper()
    if parameter.param_type_name == "argument":
        return str(value)
    if isinstance(parameter.default, Enum):
        value = "|".join(member.value for member in type(parameter.default))
    names = " / ".join([*parameter.opts, *parameter.secondary_opts])
    return names if parameter.is_flag else f"{names} {value}"


def section(name: str, command: Any) -> str:
    """The chapter of one command."""
    lines = [f"## `{name}`", "", " ".join((command.help or "").split()), ""]
    lines += ["```", usage(name, command), "```", ""]
    rows = [
        f"| `{spelling(parameter).replace('|', chr(92) + '|')}` | {parameter.help or ''} |"
        for parameter in command.params
        if not parameter.hidden
    ]
    if rows:
        lines += ["| option | what it does |", "|---|---|", *rows, ""]
    return "\n".join(lines)


def render() -> str:
    """The whole page."""
    from etl.cli import app

    sections = [section(name, command) for name, command in walk(get_command(app), "citycredit")]
    return "\n".join([PREFACE, *sections])


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8", newline="\n")
