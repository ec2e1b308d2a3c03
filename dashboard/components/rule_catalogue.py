"""Parts of 规则目录: what to look for, the list of rules, and one rule in full."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl
import streamlit as st

from dashboard.components.tables import show_table
from dashboard.components.texts import draw_note
from dashboard.filters import View
from dashboard.rule_words import (
    CRASHED,
    FAILED,
    KINDS,
    PARAMETERS,
    PASSED,
    UNASKED,
    WAITING,
    force_words,
    matching,
)
from dashboard.wording import SEVERITIES, TITLES
from expectations.rules import Rule

ALL = "全部"
_WIDTHS = {"find": 196, "choice": 150}  # pixels
_COLUMNS = ["rule_id", "title", "ledger_words", "severity", "state", "failed", "checked", "kind",
            "certainty"]  # fmt: skip
_TITLES = {
    "rule_id": "编号", "title": "规则", "ledger_words": "台账", "severity": "级别",
    "kind": "怎样查", "certainty": "把握", "checked": "检查行数",
    "failed": "查出行数", "state": "本期",
}  # fmt: skip


def draw_filters(frame: pl.DataFrame) -> pl.DataFrame:
    """Draw the search and the choices; gives the rules that are asked for."""
    ledgers = {TITLES[x]: x for x in TITLES if x in set(frame["ledgers"].explode())}
    choices = {
        "ledger": ("台账", list(ledgers)),
        "severity": ("级别", list(SEVERITIES.values())),
        "kind": ("怎样查", list(KINDS.values())),
        "certainty": ("把握", ["高", "中", "低"]),
        "state": ("本期", [FAILED, PASSED, UNASKED, CRASHED, WAITING]),
    }
    chosen: dict[str, str | None] = {}
    with st.container(horizontal=True):  # as many in a line as the window is wide
        text = st.text_input(
            "找规则",
            key="find",
            bind="query-params",
            placeholder="编号或名称，如 G05、罚款",
            width=_WIDTHS["find"],
        )
        for name, (label, options) in choices.items():
            value = st.selectbox(
                label,
                [ALL, *options],
                key=f"rule_{name}",
                bind="query-params",
                width=_WIDTHS["choice"],
            )
            chosen[name] = None if value in (ALL, None) else str(value)
    if chosen["ledger"] is not None:
        chosen["ledger"] = ledgers[chosen["ledger"]]
    return matching(frame, text=text or "", **chosen)


def draw_rules(view: View, found: pl.DataFrame) -> str | None:
    """The rules as a table; gives the id of the chosen one, or of the only one."""
    index = show_table(
        view,
        found,
        _COLUMNS,
        key="rules",
        title="规则目录",
        titles=_TITLES,
        height=420,
        can_select=True,
        empty="没有这样的规则。请换一个词，或把选项改回“全部”。",
    )
    if index is not None:
        return str(found["rule_id"][index])
    if found.height == 1:
        return str(found["rule_id"][0])
    if found.height:
        draw_note("点行首的方框，看一条规则查什么、怎样改、依据是什么。")
    return None


def draw_rule(rule: Rule, fared: Mapping[str, object], plan_says: Mapping[str, str]) -> None:
    """One rule in full: what it finds, how it is mended, on what it rests, how it fared."""
    st.subheader(f"{rule.id} {rule.title}", anchor=False)
    if rule.is_waiting:
        st.info("这条规则的台账还没有接入：先列在这里，不检查、不计数。")
    if fared["state"] == CRASHED:
        st.error(
            f"本期有 {fared['errored_batches']} 批没有检查成：规则自身出错，不说明数据不合格。"
            f"原因：{fared['error']}"
        )
    found = [f"- {text}" for text in rule.checks] or [f"- {rule.title}"]
    st.markdown("**查出什么**\n\n" + "\n".join(found))
    st.markdown(f"**怎样改**　{rule.mend}")
    st.markdown(f"**依据**　{rule.basis}")
    lines = [
        f"台账：{'、'.join(TITLES[ledger] for ledger in rule.ledgers)}。",
        f"级别：{_severity_words(rule)}。把握：{rule.certainty}"
        + ("。" if rule.certainty == "高" else "，依据未能全部核实，只提示，不判错。"),
    ]
    if force := force_words(rule):
        lines.append(f"适用：{force}收到的数据。")
    if rule.parameters:
        told = (_parameter(name, plan_says) for name in rule.parameters)
        lines.append(f"按方案：{'；'.join(told)}。")
    if not rule.is_waiting:
        lines.append(
            f"本期收到的批次中检查 {fared['checked'] or 0} 行，查出 {fared['failed'] or 0} 行"
            f"（{fared['failed_batches'] or 0} 批）。"
        )
    draw_note(*lines)


def _severity_words(rule: Rule) -> str:
    """The severity of the rule, and of those of its cases that differ."""
    others = dict.fromkeys(case.severity for case in rule.cases if case.severity != rule.severity)
    further = f"（部分情形：{_listed(list(others))}）" if others else ""
    return SEVERITIES[rule.severity] + further


def _listed(severities: Sequence[str]) -> str:
    return "、".join(SEVERITIES[severity] for severity in severities)


def _parameter(name: str, plan_says: Mapping[str, str]) -> str:
    return f"{PARAMETERS[name]} {plan_says[name]}" if name in plan_says else PARAMETERS[name]
