"""Choosing files, in Chinese: Streamlit's own button and limit are in English whatever the browser
asks for."""

from __future__ import annotations

from typing import Any

import streamlit as st

BUTTON = "选择文件"


def choose_files(label: str, **told: Any) -> Any:
    """`st.file_uploader` with our words on it."""
    st.html(_style(int(st.get_option("server.maxUploadSize"))))
    return st.file_uploader(label, **told)


def _style(megabytes: int) -> str:
    """The words of the box, laid over Streamlit's; a button with a file beside it has none."""
    button = '[data-testid="stFileUploaderDropzone"] [data-testid="stBaseButton-secondary"] p'
    limit = '[data-testid="stFileUploaderDropzoneInstructions"] span'
    return f"""<style>
{button}, {limit} {{ font-size: 0; }}
{button}::after {{ content: "{BUTTON}"; font-size: 0.875rem; }}
{limit}::after {{ content: "或拖到这里；每个不超过 {megabytes} MB"; font-size: 0.875rem; }}
</style>"""
