"""What every test shares: a private home folder of the user, empty caches, the sample warehouse.

`sample_home` is built once per run, whatever the number of workers; a test that writes takes
`sample_home_copy`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

ROOT = Path(__file__).resolve().parent.parent
# A folder outside the checkout where the sample home stays between runs, for work on pages alone.
KEPT_SAMPLES = os.environ.get("KEEP_SAMPLE_HOME")
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this test run, the same for all workers."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if os.environ.get("PYTEST_XDIST_WORKER") else own


@pytest.fixture(scope="session", autouse=True)
def _private_user(shared_folder: Path) -> Iterator[None]:
    """Identity keys and the default home go into the run's folder, never to the real user's."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("CITYCREDIT_")]:
            patch.delenv(name)
        for name in ("HOME", "USERPROFILE"):  # the keys of kept samples stay with them
            patch.setenv(name, KEPT_SAMPLES or str(shared_folder))
        patch.setenv("CITYCREDIT_HOME", str(shared_folder / "no-home"))
        yield


@pytest.fixture(autouse=True)
def _fresh_caches() -> Iterator[None]:
    """What a page has cached belongs to its test."""
    yield
    if streamlit := sys.modules.get("streamlit"):
        streamlit.cache_data.clear()
        streamlit.cache_resource.clear()


@pytest.fixture(scope="module")
def one_plan(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The product of this module ships the plan BC alone, in this process: the four others are a
    third of the time of a small build."""
    from warehouse import plans

    shipped = tmp_path_factory.mktemp("shipped")
    shutil.copytree(plans.SHIPPED_PLANS / "BC", shipped / "BC")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plans, "SHIPPED_PLANS", shipped)
        yield


@pytest.fixture
def own_temp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Uploads of a test go into this folder of its own."""
    from dashboard import uploads  # only tests of pages need the dashboard

    folder = tmp_path / "temp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setattr(uploads, "_place", [])
    return folder


@pytest.fixture(scope="session")
def sample_home(shared_folder: Path, _private_user: None) -> Path:
    """The home that `citycredit demo` builds. Read only: writers take `sample_home_copy`."""
    folder = Path(KEPT_SAMPLES) if KEPT_SAMPLES else shared_folder
    folder.mkdir(parents=True, exist_ok=True)
    home = folder / "sample-home"
    with FileLock(folder / "sample-home.lock"):
        if not (home / "current").exists():
            shutil.rmtree(home, ignore_errors=True)
            result = run_citycredit("demo", "--no-serve", home=home)
            assert result.returncode == 0, result.stdout + result.stderr
    return home


@pytest.fixture
def sample_home_copy(sample_home: Path, tmp_path: Path) -> Path:
    """A copy of the sample home that the test may change."""
    return Path(shutil.copytree(sample_home, tmp_path / "home"))


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the installed Chromium. Without one the test fails; it is never skipped."""
    found = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    assert found, "no Chromium here: run python3 tools/bootstrap.py browser"
    return found


def run_citycredit(*arguments: str | Path, home: Path) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own, on the given home."""
    return subprocess.run(
        [sys.executable, "-m", "etl.cli", *map(str, arguments)],
        env=os.environ | {"CITYCREDIT_HOME": str(home), "PYTHONIOENCODING": "utf-8"},
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
