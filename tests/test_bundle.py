"""The bundle for machines without a network: everything that runs is in it, and nothing else."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools import bundle
from tools.bundle import environment_of, read_lock, runtime_pins
from tools.offline import install

ROOT = bundle.ROOT
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
HERE = ".".join(map(str, sys.version_info[:2]))


def required_here() -> set[str]:
    """What the product asks for on this machine, by what the installed packages themselves say."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    waiting = [Requirement(text) for text in project["dependencies"]]
    found: set[str] = set()
    while waiting:
        asked = waiting.pop()
        name = canonicalize_name(asked.name)
        extras = asked.extras or {""}
        if name in found and not asked.extras:
            continue
        found.add(name)
        try:
            texts = requires(name) or []
        except PackageNotFoundError:
            pytest.fail(f"{name} is not installed: run make setup")
        for text in texts:
            needed = Requirement(text)
            if needed.marker is None or any(
                needed.marker.evaluate({"extra": extra}) for extra in extras
            ):
                waiting.append(needed)
    return found


def fake_wheels(lock: Path, folder: Path) -> None:
    """Stands in for the download: an empty file per pin."""
    for pin in read_lock(lock.read_text(encoding="utf-8")):
        (folder / f"{pin.name}-{pin.version}-none-any.whl").write_bytes(pin.name.encode())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundle") / "citycredit-1"
    (folder / "wheels").mkdir(parents=True)
    bundle.make_bundle(folder, fake_wheels, HERE, [])
    return folder


def test_the_lock_is_read_whole() -> None:
    pins = read_lock(LOCK)
    assert len(pins) == len(re.findall(r"^[A-Za-z0-9].*==", LOCK, re.MULTILINE))
    assert sum(len(pin.hashes) for pin in pins) == LOCK.count("--hash=")
    assert all(pin.hashes and pin.via for pin in pins)


def test_the_manifest_lists_every_locked_runtime_requirement(made: Path) -> None:
    manifest = json.loads((made / "MANIFEST.json").read_text(encoding="utf-8"))
    listed = set(manifest["requirements"])
    assert required_here() - listed == set()
    assert len(manifest["wheels"]) == len(listed) + 1  # and setuptools, to link the product
    for name, version in manifest["requirements"].items():
        assert f"{name}=={version}" in canonical(LOCK)
        assert f"{name}-{version}-none-any.whl" in manifest["wheels"]


def canonical(lock: str) -> str:
    return re.sub(r"^[A-Za-z0-9._-]+(?===)", lambda m: canonicalize_name(m[0]), lock, flags=re.M)


def test_nothing_of_development_is_in_it(made: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    tools = {canonicalize_name(Requirement(t).name) for t in project["dependency-groups"]["dev"]}
    own = {canonicalize_name(Requirement(t).name) for t in project["project"]["dependencies"]}
    runtime = {pin.name for pin in runtime_pins(read_lock(LOCK))}
    assert runtime & (tools - own) == set()
    names = {path.relative_to(made).as_posix() for path in made.rglob("*")}
    assert not {name for name in names if re.search(r"/(tests|tools|bench|generator)/", name)}
    assert {
        "product/etl/cli.py",
        "product/warehouse/plans/BC/plan.toml",
        "product/warehouse/models/models.toml",
        "product/.streamlit/config.toml",
        "product/docs/install.md",
        "product/data/samples/BC/2022-01/received.csv",
        "install.sh",
        "安装说明.txt",
    } <= names


def test_altered_and_missing_files_are_named(made: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(made, tmp_path / "copy"))
    assert install.altered_files(folder) == []
    sums = (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    told = dict(reversed(line.split("  ", 1)) for line in sums)
    everything = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert told.keys() == everything - {"SHA256SUMS"}
    lock = folder / "runtime.lock"
    assert told["runtime.lock"] == hashlib.sha256(lock.read_bytes()).hexdigest()
    lock.write_text(lock.read_text(encoding="utf-8") + "evil==1\n", encoding="utf-8")
    (folder / "product" / "etl" / "cli.py").unlink()
    assert install.altered_files(folder) == ["product/etl/cli.py", "runtime.lock"]


def test_the_installer_never_asks_a_network_and_wants_hashes(made: Path) -> None:
    build, packages, product = install.install_commands(made, Path("python"))
    for command in (build, packages, product):
        assert {"--isolated", "--no-index"} <= set(command)
    for command in (build, packages):
        assert {"--require-hashes", "--no-deps", "--find-links"} <= set(command)
        assert command[command.index("--find-links") + 1] == str(made / "wheels")
    assert "--no-build-isolation" in product
    for name in ("runtime.lock", "build.lock"):
        for pin in read_lock((made / name).read_text(encoding="utf-8")):
            assert pin.hashes
            assert pin.marker is None  # judged when the bundle was made


def test_another_python_is_refused_before_anything_is_written(
    made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = made / "MANIFEST.json"
    text = manifest.read_text(encoding="utf-8")
    monkeypatch.setattr(install, "HERE", made)
    try:
        manifest.write_text(text.replace(f'"python": "{HERE}"', '"python": "2.7"'), "utf-8")
        with pytest.raises(SystemExit, match=r"本安装包用于 Python 2\.7"):
            install.main([])
    finally:
        manifest.write_text(text, encoding="utf-8")
    assert not (made / ".venv").exists()


def test_the_same_content_gives_the_same_archive(tmp_path: Path) -> None:
    for name in ("one", "two"):
        folder = tmp_path / name / "citycredit-1"
        (folder / "wheels").mkdir(parents=True)
        (folder / "wheels" / "a.whl").write_bytes(b"a" * 1000)
        (folder / "install.sh").write_text("#!/bin/sh\n", encoding="utf-8")
        bundle.write_archive(folder, tmp_path / f"{name}.tar.gz")
    assert (tmp_path / "one.tar.gz").read_bytes() == (tmp_path / "two.tar.gz").read_bytes()
    with bundle.tarfile.open(tmp_path / "one.tar.gz") as archive:
        modes = {entry.name: entry.mode for entry in archive}
    assert modes == {"citycredit-1/install.sh": 0o755, "citycredit-1/wheels/a.whl": 0o644}


@pytest.mark.parametrize(
    ("python", "platform", "kept", "left"),
    [
        # watchdog is for all but macOS; numpy has one version before Python 3.12, one from it on.
        ("3.12", "win_amd64", {"watchdog", "numpy 2.5"}, {"numpy 2.4"}),
        ("3.11", "macosx_11_0_arm64", {"numpy 2.4"}, {"watchdog", "numpy 2.5"}),
        ("3.11", "manylinux_2_28_aarch64", {"watchdog", "numpy 2.4"}, {"numpy 2.5"}),
    ],
)
def test_markers_are_judged_for_the_machine_it_is_meant_for(
    python: str, platform: str, kept: set[str], left: set[str]
) -> None:
    text = "\n".join(
        f"{pin} \\\n    --hash=sha256:00\n    # via citycredit (pyproject.toml)"
        for pin in (
            "watchdog==7.1.0 ; sys_platform != 'darwin'",
            "numpy==2.4 ; python_full_version < '3.12'",
            "numpy==2.5 ; python_full_version >= '3.12'",
        )
    )
    environment = environment_of(python, platform)
    held = [pin for pin in runtime_pins(read_lock(text)) if pin.holds(environment)]
    names = {pin.name if pin.name == "watchdog" else f"{pin.name} {pin.version}" for pin in held}
    assert names == kept
    assert not names & left
    assert environment["platform_machine"] in {"AMD64", "arm64", "aarch64"}
    assert environment_of(HERE, "manylinux_2_28_x86_64").keys() == default_environment().keys()
