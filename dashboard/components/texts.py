"""Small texts that stay readable: the theme's own caption is too pale for office screens."""

from __future__ import annotations

import streamlit as st


def draw_note(*lines: str) -> None:
    """Remarks in small grey letters, a line each; may hold Markdown."""
    st.markdown("  \n".join(f":small[:gray[{line}]]" for line in lines if line))


def plain(text: str) -> str:
    """A text that may quote a file: nothing in it is taken for Markdown."""
    return "".join("\\" + c if c in r"\`*_{}[]<>#|~$:" else c for c in text)
