"""The pages, and links from one to another that keep the plan and the period."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

# url path: (title, icon). The file is app_pages/<url path>.py; the first is the front page.
PAGES = {
    "overview": ("总览", ":material/dashboard:"),
    "index": ("城市信用监测", ":material/leaderboard:"),
    "departments": ("部门考核", ":material/groups:"),
    "publicity": ("双公示", ":material/fact_check:"),
    "tasks": ("任务与目标", ":material/flag:"),
    "calendar": ("报送日历", ":material/calendar_month:"),
    "education": ("宣传培训", ":material/campaign:"),
    "desk": ("收件台", ":material/inbox:"),
    "check": ("报送前质检", ":material/rule:"),
    "quality": ("质量趋势", ":material/trending_up:"),
    "reconcile": ("对账核查", ":material/compare_arrows:"),
    "rules": ("规则目录", ":material/menu_book:"),
    "lineage": ("数据溯源", ":material/account_tree:"),
}

# Where the first files are looked at and taken in: these open before there is any figure.
FIRST_PAGES = ("desk", "check")


def build_pages() -> list[Any]:
    """New page objects for one rerun (they carry state and must not be shared by sessions)."""
    return [
        st.Page(page_file(name), title=title, icon=icon, url_path=name, default=number == 0)
        for number, (name, (title, icon)) in enumerate(PAGES.items())
    ]


def page_file(name: str) -> str:
    """The file of a page, relative to the entry script."""
    return f"app_pages/{name}.py"


def draw_link(page: str, label: str, choices: Mapping[str, str] | None = None) -> None:
    """A link to a page with choices made on it beforehand. The plan and the period go along by
    themselves, since they are bound to the URL."""
    st.page_link(page_file(page), label=label, icon="", query_params=dict(choices or {}))
