"""Opening a page of the dashboard in a test, and reading what it says."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from unittest.mock import patch

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from dashboard.navigation import page_file
from warehouse.home import HOME_VARIABLE

# Each AppTest looks through all installed packages for components, which takes as long as a page;
# in a run of tests they stay what they are.
patch.object(
    manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests)
).start()

ENTRY = Path(__file__).parents[1] / "dashboard" / "streamlit_app.py"


def open_page(
    home: Path, monkeypatch: pytest.MonkeyPatch, page: str = "overview", **choices: str
) -> AppTest:
    """A page as its link opens it. Fails on an exception of the page."""
    monkeypatch.setenv(HOME_VARIABLE, str(home))
    app = AppTest.from_file(str(ENTRY), default_timeout=120)
    for name, value in choices.items():
        app.query_params[name] = value
    if page != "overview":
        app.switch_page(page_file(page))
    app.run()
    assert not app.exception, app.exception
    # An exception of a page ends in a box of its own; the log tells where.
    assert not [box.value for box in app.error if "citycredit doctor" in box.value]
    return app


def texts(app: AppTest) -> str:
    """All words of a page that are not in tables or charts."""
    kinds = (app.markdown, app.title, app.subheader, app.info, app.warning, app.error, app.success)
    metrics = [f"{m.label} {m.value}" for m in app.metric]
    return "\n".join([element.value for kind in kinds for element in kind] + metrics)
