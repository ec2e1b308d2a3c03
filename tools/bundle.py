"""One archive for a machine without a network: wheels of the locked runtime packages, the product
with its samples, an installer and a list of checksums.

    python -m tools.bundle                                            for this machine
    python -m tools.bundle --python 3.12 --platform win_amd64         for another one

Writes `build/citycredit-<version>-bundle.tar.gz` (for another machine with its tags in the name).
The packages come from wherever pip is set up to fetch them; the same lock gives the same bytes.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import Marker, default_environment
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
OFFLINE = ROOT / "tools" / "offline"
BUILD = ROOT / "build"
# The product as it is installed: what runs, what it shows, what it says. No tests, no tools.
TREES = ("warehouse", "expectations", "etl", "dashboard", "data/samples", "docs", ".streamlit")
FILES = ("pyproject.toml", "README.md", "LICENSE")
LEFT_OUT = {"__pycache__", "generator", "generate.py"}
OWN = "citycredit (pyproject.toml)"
# 1 January 1980: the archive tells nothing of when it was made.
MOMENT = 315_532_800

_HEAD = re.compile(
    r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^ ;\\]+)(?: ; (?P<marker>[^\\]+?))? \\$"
)

# Puts the wheels of a lock into a folder.
Fetch = Callable[[Path, Path], None]


@dataclass(frozen=True)
class Pin:
    """One locked package: name, version, marker, hashes, and which packages ask for it."""

    name: str
    version: str
    marker: str | None
    hashes: tuple[str, ...]
    via: tuple[str, ...]

    def holds(self, environment: Mapping[str, str]) -> bool:
        """Whether a machine of this kind needs it."""
        return self.marker is None or Marker(self.marker).evaluate(dict(environment))

    def line(self, with_marker: bool) -> str:
        """The pin as it stands in a lock."""
        marker = f" ; {self.marker}" if self.marker and with_marker else ""
        return " \\\n    ".join([f"{self.name}=={self.version}{marker}", *self.hashes]) + "\n"


def read_lock(text: str) -> list[Pin]:
    """The pins of a lock, in its order."""
    pins = []
    for block in re.split(r"\n(?=[A-Za-z0-9])", text):
        lines = [line for line in block.splitlines() if not line.startswith("#")]
        head = _HEAD.match(lines[0]) if lines else None
        if head is None:
            continue
        asked = [line.strip() for line in lines if line.strip().startswith("#")]
        via = [line.lstrip("# ").removeprefix("via").strip() for line in asked]
        hashes = [line.strip(" \\") for line in lines if line.strip().startswith("--hash")]
        pins.append(
            Pin(
                canonicalize_name(head["name"]), head["version"], head["marker"],
                tuple(hashes), tuple(filter(None, via)),
            )
        )  # fmt: skip
    return pins


def runtime_pins(pins: Iterable[Pin]) -> list[Pin]:
    """The pins that the product asks for, directly or through others; nothing of development."""
    chosen = list(pins)
    wanted: set[str] = {OWN}
    while True:
        more = {pin.name for pin in chosen if wanted & set(pin.via)} - wanted
        if not more:
            return [pin for pin in chosen if pin.name in wanted]
        wanted |= more


def environment_of(python: str, platform: str) -> dict[str, str]:
    """The values of markers on another machine (`3.12`, `win_amd64`)."""
    system, name, os_name = next(
        (facts for start, facts in (
            ("win", ("win32", "Windows", "nt")),
            ("macosx", ("darwin", "Darwin", "posix")),
        ) if platform.startswith(start)),
        ("linux", "Linux", "posix"),
    )  # fmt: skip
    machine = "AMD64" if platform == "win_amd64" else re.sub(r"^.*?_(x86_64|aarch64|arm64)$", r"\1",
                                                             platform)  # fmt: skip
    return {
        **default_environment(),
        "python_version": python,
        "python_full_version": f"{python}.0",
        "implementation_version": f"{python}.0",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "sys_platform": system,
        "platform_system": name,
        "os_name": os_name,
        "platform_machine": machine,
    }


def fetch_wheels(python: str, platforms: list[str]) -> Fetch:
    """Let pip download what a lock pins, hashes checked, for this machine or for another one."""

    def fetch(lock: Path, folder: Path) -> None:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--require-hashes"]
        command += ["--no-deps", "--only-binary", ":all:", "--dest", str(folder)]
        if platforms:
            command += ["--implementation", "cp", "--python-version", python]
            command += [word for tag in platforms for word in ("--platform", tag)]
        subprocess.run([*command, "--requirement", str(lock)], check=True)

    return fetch


def product_files(root: Path = ROOT) -> list[Path]:
    """The files of the product, relative to the project."""
    found = [Path(name) for name in FILES]
    for tree in TREES:
        found += [
            path.relative_to(root)
            for path in sorted((root / tree).rglob("*"))
            if path.is_file()
            and not LEFT_OUT & set(path.relative_to(root).parts)
            and not any(part.endswith(".egg-info") for part in path.parts)
        ]
    return found


def make_bundle(folder: Path, fetch: Fetch, python: str, platforms: list[str]) -> dict[str, object]:
    """Fill an empty folder; gives its manifest. `platforms` is empty for this machine."""
    pins = runtime_pins(read_lock((ROOT / "requirements.lock").read_text(encoding="utf-8")))
    build_pins = read_lock((ROOT / "tools" / "build.lock").read_text(encoding="utf-8"))
    elsewhere = environment_of(python, platforms[0]) if platforms else None
    environment = elsewhere or {**default_environment()}
    needed = [pin for pin in pins if pin.holds(environment)]
    for name, chosen in (("runtime.lock", needed), ("build.lock", build_pins)):
        # pip judges markers by the machine it runs on, so those that hold are left out.
        text = "".join(pin.line(with_marker=False) for pin in chosen)
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
        fetch(folder / name, folder / "wheels")
    for path in product_files():
        target = folder / "product" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, target)
    for path in sorted(OFFLINE.iterdir()):
        if path.is_file():
            shutil.copyfile(path, folder / path.name)
    manifest: dict[str, object] = {
        "version": product_version(),
        "python": python,
        "platforms": platforms
        or [f"{environment['sys_platform']}-{environment['platform_machine']}"],
        "requirements": {pin.name: pin.version for pin in needed},
        "wheels": sorted(path.name for path in (folder / "wheels").iterdir()),
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
    (folder / "MANIFEST.json").write_text(text, encoding="utf-8", newline="\n")
    files = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    sums = [
        f"{hashlib.sha256((folder / path).read_bytes()).hexdigest()}  {path.as_posix()}\n"
        for path in files
    ]
    (folder / "SHA256SUMS").write_text("".join(sums), encoding="utf-8", newline="\n")
    return manifest


def write_archive(folder: Path, target: Path) -> None:
    """Pack a folder so that the same content gives the same bytes."""
    with (
        target.open("wb") as out,
        gzip.GzipFile(filename="", mode="wb", fileobj=out, mtime=0, compresslevel=1) as zipped,
        tarfile.open(fileobj=zipped, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for path in sorted(folder.rglob("*")):
            if not path.is_file():
                continue
            entry = tarfile.TarInfo(f"{folder.name}/{path.relative_to(folder).as_posix()}")
            entry.size, entry.mtime = path.stat().st_size, MOMENT
            entry.mode = 0o755 if path.suffix == ".sh" else 0o644
            with path.open("rb") as file:
                archive.addfile(entry, file)


def product_version() -> str:
    """The version in pyproject.toml."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return str(tomllib.loads(text)["project"]["version"])


def main(arguments: list[str]) -> None:
    """Make the archive and say where it is."""
    here = ".".join(map(str, sys.version_info[:2]))
    parser = argparse.ArgumentParser(prog="python -m tools.bundle")
    parser.add_argument("--python", default=here, help="version of Python there, such as 3.12")
    parser.add_argument("--platform", default="", help="wheel tags there, separated by commas")
    chosen = parser.parse_args(arguments)
    platforms = [tag for tag in chosen.platform.split(",") if tag]
    if chosen.python != here and not platforms:
        parser.error("another --python needs its --platform")
    name = f"citycredit-{product_version()}"
    tags = f"-py{chosen.python}-{platforms[0]}" if platforms else ""
    folder = BUILD / f"bundle{tags}" / name
    shutil.rmtree(folder.parent, ignore_errors=True)
    (folder / "wheels").mkdir(parents=True)
    make_bundle(folder, fetch_wheels(chosen.python, platforms), chosen.python, platforms)
    target = BUILD / f"{name}{tags}-bundle.tar.gz"
    write_archive(folder, target)
    shutil.rmtree(folder.parent)
    print(f"{target.relative_to(ROOT)} ({target.stat().st_size >> 20} MiB)")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
