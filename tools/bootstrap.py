"""Set up what `make` needs, with the standard library alone.

    python3 tools/bootstrap.py venv      .venv with everything locked, and the project
    python3 tools/bootstrap.py oldest    a second environment on the oldest DuckDB allowed
    python3 tools/bootstrap.py bench     a third one with the libraries that bench.rules measures
    python3 tools/bootstrap.py browser   Chromium and a Chinese font, for the browser tests

Every package is checked against the hashes in the lock files. What the system lacks is installed
through apt-get where that is allowed, and named otherwise. A second run with unchanged locks
does nothing.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
BUILD_LOCK = ROOT / "tools" / "build.lock"
OLDEST_LOCK = ROOT / "tools" / "oldest.lock"
BENCH_LOCK = ROOT / "tools" / "bench.lock"
PYPROJECT = ROOT / "pyproject.toml"
VENV = ROOT / ".venv"
OLDEST_VENV = ROOT / "build" / "venv-oldest"
BENCH_VENV = ROOT / "build" / "venv-bench"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def say(message: str) -> None:
    """Print one line of progress, at once."""
    print("[setup] " + message, flush=True)  # noqa: T201


def run(*command: str | Path) -> None:
    """Run a command; a failing one ends the set-up with its exit code."""
    words = [str(word) for word in command]
    code = subprocess.call(words, cwd=str(ROOT))
    if code != 0:
        sys.exit("[setup] failed (exit {}): {}".format(code, " ".join(words)))


def install_system_packages(packages: list[str], reason: str) -> None:
    """Install Debian packages as root or through `sudo -n`; otherwise name them and stop."""
    wanted = " ".join(packages)
    if shutil.which("apt-get") is None:
        sys.exit(f"[setup] missing: {wanted} ({reason}). Install it and run make again.")
    prefix = [] if is_root() else ["sudo", "-n"]
    if prefix and (shutil.which("sudo") is None or subprocess.call(["sudo", "-n", "true"]) != 0):
        sys.exit(f"[setup] missing ({reason}). An administrator: apt-get install {wanted}")
    say(f"installing {wanted} ({reason})")
    environment = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    run(*environment, "update", "-qq")
    run(*environment, "install", "-y", "-qq", "--no-install-recommends", *packages)


def is_root() -> bool:
    """Whether packages can be installed without sudo. Windows has no such user."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def require_python() -> None:
    """Stop with a plain sentence on an interpreter that is too old."""
    if sys.version_info < (3, 11):  # noqa: UP036  the sentence is for the older ones
        sys.exit(
            f"[setup] Python 3.11 or newer is needed, this is {sys.version.split()[0]}. "
            "Name another one: make setup PYTHON=python3.12"
        )


def venv_python(venv: Path) -> Path:
    """The interpreter inside an environment, on POSIX and on Windows."""
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def ensure_venv(venv: Path) -> Path:
    """Create the environment unless it is there with a working pip; give its interpreter."""
    python = venv_python(venv)
    if python.exists() and has_pip(python):
        return python
    # Debian splits ensurepip off into python3-venv; only the interpreter itself can tell.
    if importlib.util.find_spec("ensurepip") is None:
        version = "python{}.{}-venv".format(*sys.version_info[:2])
        install_system_packages([version], "Debian keeps the venv module apart")
    say(f"creating {venv.relative_to(ROOT)}")
    run(sys.executable, "-m", "venv", "--clear", venv)
    return python


def has_pip(python: Path) -> bool:
    """Whether the environment can install; one that was moved or half made cannot."""
    probe = [str(python), "-c", "import pip, sys; sys.exit(sys.version_info < (3, 11))"]
    try:
        return subprocess.call(probe, stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def fingerprint(files: list[Path]) -> str:
    """One hash over the files that decide what an environment holds, and its interpreter."""
    digest = hashlib.sha256(sys.version.encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def install(venv: Path, locks: list[Path]) -> None:
    """Fill an environment from the locks, in order, then link the project into it."""
    stamp = venv / "setup.stamp"
    print_of_now = fingerprint([PYPROJECT, BUILD_LOCK, *locks])
    python = ensure_venv(venv)
    if stamp.exists() and stamp.read_text(encoding="utf-8") == print_of_now:
        return
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    say(f"installing locked packages into {venv.name} (minutes the first time)")
    for lock in [BUILD_LOCK, *locks]:
        run(*pip, "--require-hashes", "--no-deps", "-r", lock)
    run(*pip, "--no-deps", "--no-build-isolation", "--editable", ROOT)
    stamp.write_text(print_of_now, encoding="utf-8")
    say(f"done: {python}")


def ensure_browser() -> None:
    """Make sure that a Chromium and a Chinese font are there."""
    missing = []
    if not any(shutil.which(name) for name in BROWSERS):
        missing.append("chromium")
    if not has_chinese_font():
        missing.extend(["fontconfig", "fonts-noto-cjk"])
    if missing:
        install_system_packages(missing, "the browser tests need them")


def has_chinese_font() -> bool:
    """Whether fontconfig knows a font for Chinese."""
    if shutil.which("fc-list") is None:
        return False
    return bool(subprocess.check_output(["fc-list", ":lang=zh-cn", "family"]).strip())


STEPS = {
    "venv": lambda: install(VENV, [LOCK]),
    "oldest": lambda: install(OLDEST_VENV, [LOCK, OLDEST_LOCK]),
    "bench": lambda: install(BENCH_VENV, [LOCK, BENCH_LOCK]),
    "browser": ensure_browser,
}


def main(arguments: list[str]) -> None:
    """Run the named steps in order."""
    require_python()
    if not arguments or any(name not in STEPS for name in arguments):
        sys.exit(__doc__)
    for name in arguments:
        STEPS[name]()


if __name__ == "__main__":
    main(sys.argv[1:])
