"""Install citycredit from this bundle, without a network: python3 install.py [folder]

Compares every file with SHA256SUMS, makes a virtual environment in the folder (default: `.venv`
beside this file) and installs the locked wheels, hashes required. A second run repairs.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
SUMS = "SHA256SUMS"


def say(message: str) -> None:
    """Print one line of progress, at once."""
    print(message, flush=True)  # noqa: T201


def altered_files(bundle: Path) -> list[str]:
    """The files of the list that are missing or not what they were when the bundle was made."""
    found = []
    for line in (bundle / SUMS).read_text(encoding="utf-8").splitlines():
        expected, _, name = line.partition("  ")
        path = bundle / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != expected:
            found.append(name)
    return found


def install_commands(bundle: Path, python: Path) -> list[list[str]]:
    """What is run, in order: the build tool, the locked packages, the product itself.

    `--isolated` leaves out settings of this machine, `--no-index` every package index.
    """
    pip = [str(python), "-m", "pip", "--isolated", "--disable-pip-version-check", "--quiet"]
    pip.append("install")
    wheels = ["--no-index", "--find-links", str(bundle / "wheels"), "--only-binary", ":all:"]
    locked = [*pip, *wheels, "--require-hashes", "--no-deps", "--requirement"]
    product = ["--no-index", "--no-deps", "--no-build-isolation", "--editable"]
    return [
        [*locked, str(bundle / "build.lock")],
        [*locked, str(bundle / "runtime.lock")],
        [*pip, *product, str(bundle / "product")],
    ]


def environment_python(folder: Path) -> Path:
    """The interpreter inside an environment, on POSIX and on Windows."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def run(command: list[str]) -> None:
    """Run a command; a failing one ends the installation with its exit code."""
    code = subprocess.call(command)
    if code != 0:
        sys.exit(f"安装失败（退出码 {code}）：{' '.join(command)}")


def main(arguments: list[str]) -> None:
    """Check, make the environment, install."""
    wanted = json.loads((HERE / "MANIFEST.json").read_text(encoding="utf-8"))["python"]
    if ".".join(map(str, sys.version_info[:2])) != wanted:
        sys.exit(
            f"本安装包用于 Python {wanted}，现在是 {sys.version.split()[0]}。"
            f"请用 Python {wanted} 运行：python{wanted} install.py"
        )
    say("核对文件…")
    altered = altered_files(HERE)
    if altered:
        sys.exit(
            f"安装包不完整，{len(altered)} 个文件缺失或已变：{'、'.join(altered[:5])}。请重新拷贝。"
        )
    folder = Path(arguments[0]).resolve() if arguments else HERE / ".venv"
    say(f"建立环境 {folder}（需要几分钟）…")
    run([sys.executable, "-m", "venv", str(folder)])
    python = environment_python(folder)
    for command in install_commands(HERE, python):
        run(command)
    say(f"装好了。试运行：{python.parent / 'citycredit'} doctor")


if __name__ == "__main__":
    main(sys.argv[1:])
