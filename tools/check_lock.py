"""Say whether the locks answer pyproject.toml. Offline; exits 1 with the differences."""

import re
import sys
import tomllib
from itertools import chain
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)


def pinned_versions(lock_text: str) -> dict[str, set[str]]:
    """Versions per canonical package name; a universal lock may pin several, by marker."""
    pins: dict[str, set[str]] = {}
    for name, version in PIN.findall(lock_text):
        pins.setdefault(canonicalize_name(name), set()).add(version)
    return pins


def wanted_of(pyproject_text: str) -> dict[str, list[str]]:
    """The direct requirements that each lock answers."""
    project = tomllib.loads(pyproject_text)
    groups = project["dependency-groups"]
    extras = project["project"].get("optional-dependencies", {}).values()
    product = [*project["project"]["dependencies"], *groups["dev"], *chain(*extras)]
    return {"requirements.lock": product, "tools/bench.lock": groups["bench"]}


def differences(wanted: list[str], lock: str, lock_text: str) -> list[str]:
    """One line per direct requirement that the lock does not pin, or pins outside its range."""
    pins = pinned_versions(lock_text)
    lines = []
    for text in wanted:
        requirement = Requirement(text)
        versions = pins.get(canonicalize_name(requirement.name), set())
        if not versions:
            lines.append(f"{requirement.name}: not in {lock}")
        lines.extend(
            f"{requirement.name}: locked at {version}, pyproject.toml asks {requirement.specifier}"
            for version in sorted(versions)
            if not requirement.specifier.contains(version, prereleases=True)
        )
    return lines


def main() -> int:
    """Print the differences and give the exit code."""
    wanted = wanted_of((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lines = [
        line
        for lock, names in wanted.items()
        for line in differences(names, lock, (ROOT / lock).read_text(encoding="utf-8"))
    ]
    for line in lines:
        print(line)  # noqa: T201
    if lines:
        print("run: make lock")  # noqa: T201
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
