"""Say whether requirements.lock answers pyproject.toml. Offline; exits 1 with the differences."""

import re
import sys
import tomllib
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


def differences(pyproject_text: str, lock_text: str) -> list[str]:
    """One line per direct requirement that the lock does not pin, or pins outside its range."""
    project = tomllib.loads(pyproject_text)
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    for extra in project["project"].get("optional-dependencies", {}).values():
        wanted.extend(extra)
    pins = pinned_versions(lock_text)
    lines = []
    for text in wanted:
        requirement = Requirement(text)
        versions = pins.get(canonicalize_name(requirement.name), set())
        if not versions:
            lines.append(f"{requirement.name}: not in requirements.lock")
        lines.extend(
            f"{requirement.name}: locked at {version}, pyproject.toml asks {requirement.specifier}"
            for version in sorted(versions)
            if not requirement.specifier.contains(version, prereleases=True)
        )
    return lines


def main() -> int:
    """Print the differences and give the exit code."""
    lines = differences(
        (ROOT / "pyproject.toml").read_text(encoding="utf-8"),
        (ROOT / "requirements.lock").read_text(encoding="utf-8"),
    )
    for line in lines:
        print(line)  # noqa: T201
    if lines:
        print("run: make lock")  # noqa: T201
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
