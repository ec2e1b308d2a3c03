"""The verdict on one checked file: may it go up, what is wrong by rule, every failing cell.

Used wherever a file is judged. Values of persons are masked in the result already.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import streamlit as st

from dashboard.components.texts import draw_note, plain
from dashboard.wording import NOTHING, percent
from etl.check_result import SEVERITY_WORDS, CheckResult, RuleGroup
from etl.check_text import sentences
from etl.rounds import Place, Round, State

_BOXES: dict[str, tuple[Callable[..., Any], str]] = {
    "可报": (st.success, ":material/check_circle:"),
    "修改后可报": (st.warning, ":material/edit_note:"),
    "不可报": (st.error, ":material/block:"),
    "检查出错": (st.error, ":material/report:"),
}
_MARKS = {"error": "✕", "concealed": "✕", "late": "◷", "warning": "▲"}
_STATES: dict[State, str] = {"new": "✕ 新出现", "still": "✕ 仍有错", "mended": "✓ 改好"}
_ALL = "全部"
_EXAMPLES = 3


def show(
    result: CheckResult,
    *,
    key: str,
    workbook: Callable[[], bytes] | None = None,
    workbook_name: str = "",
    compared: Round | None = None,
) -> None:
    """Draw verdict, sums, problems by rule, then every failing cell.

    `key` keeps the widgets of two verdicts apart; `workbook` makes the marked copy when it is
    asked for; `compared`: what has become of the file before.
    """
    draw_verdict(result)
    draw_sums(result)
    if workbook is not None and (result.violations or result.problems):
        st.download_button(
            "下载带标记的工作簿（发回部门修改）",
            data=workbook,
            file_name=workbook_name,
            mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            key=f"{key}_workbook",
            icon=":material/download:",
            type="primary",
            on_click="ignore",
        )
    draw_note(*map(plain, sentences(result)))
    draw_crashed(result)
    if compared is not None:
        draw_round(compared, key=key)
    draw_problems(result)
    draw_rules(result, key=key)


def draw_verdict(result: CheckResult) -> None:
    """The verdict in one sentence."""
    draw, icon = _BOXES[result.grade]
    grade, _, reason = result.verdict.partition("：")
    draw(f"**{grade}**　{reason}", icon=icon)


def draw_sums(result: CheckResult) -> None:
    """Rows, compliance now and after mending, late rows, hints."""
    after = result.mending.compliance if result.mending is not None else None
    figures = (
        ("行数", f"{result.rows:,}", f"有错 {result.wrong_rows:,} 行"),
        (
            "合规率",
            rate_words(result.compliance),
            f"改好后 {rate_words(after)}" if after is not None and result.wrong_rows else "",
        ),
        (
            "迟报行",
            f"{result.late_rows:,}" if result.judged_rows else NOTHING,
            f"可判定 {result.judged_rows:,} 行" if result.judged_rows else "无法判定",
        ),
        ("提示行", f"{result.hint_rows:,}", "不影响报送"),
    )
    with st.container(horizontal=True):
        for label, value, told in figures:
            st.metric(
                label, value, delta=told or None, delta_color="off", delta_arrow="off", width=150
            )


def draw_crashed(result: CheckResult) -> None:
    """Rules that crashed: an error of the check, never one of the rows."""
    for rule, reason in result.rule_errors.items():
        note = result.rule_notes.get(rule)
        st.error(
            f"检查出错：{rule} {note.title if note else ''}没有执行成功（{reason}）。"
            "这不是填报的错；其余规则的结果照常列出。请联系系统管理员。",
            icon=":material/report:",
        )


def draw_problems(result: CheckResult) -> None:
    """What is odd about the file rather than its data."""
    if not result.problems:
        return
    lost = {id(problem) for problem in result.lost}
    st.markdown("**文件本身**")
    st.markdown(
        "\n".join(
            f"- {':red-badge[须改]' if id(p) in lost else ':gray-badge[请留意]'} "
            + (f"{p.sheet}：" if p.sheet else "")
            + plain(p.message)
            for p in result.problems[:20]
        )
    )
    if len(result.problems) > 20:
        draw_note(f"另有 {len(result.problems) - 20} 条，见带标记的工作簿。")


def draw_rules(result: CheckResult, *, key: str) -> None:
    """The problems by rule; below them the cells of the chosen rule, or all."""
    if not result.groups:
        return
    st.subheader(f"问题 {len(result.groups)} 类", anchor=False)
    st.dataframe(
        rule_frame(result),
        hide_index=True,
        key=f"{key}_rules",
        placeholder=NOTHING,
        column_config={
            "怎么改": st.column_config.TextColumn(width="large"),
            "例": st.column_config.TextColumn(width="large"),
        },
    )
    names = {f"{g.rule} {g.note.title}（{SEVERITY_WORDS[g.severity]} {g.rows} 行）": g
             for g in result.groups}  # fmt: skip
    cells = len(result.violations)
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    with right:
        chosen = st.selectbox("只看一类", [_ALL, *names], key=f"{key}_rule")
    group = names.get(chosen)
    with left:
        st.subheader(f"逐格清单（{len(group.violations) if group else cells:,} 处）", anchor=False)
    if group is not None:
        draw_note(plain(f"{group.note.finds}依据：{group.note.basis}。"))
    frame = cell_frame(result, group)
    st.dataframe(
        frame,
        hide_index=True,
        key=f"{key}_cells",
        height="auto" if frame.height <= 10 else 400,
        placeholder=NOTHING,
        column_config={"问题与改法": st.column_config.TextColumn(width="large")},
    )


def draw_round(compared: Round, *, key: str) -> None:
    """What has become of the errors and the rows of the file before."""
    worse = compared.count("new") or compared.gone_wrong
    (st.warning if worse else st.info)(
        f"**第二轮**　{plain(compared.sentence)}", icon=":material/compare_arrows:"
    )
    frame = round_frame(compared)
    if not frame.is_empty():
        with st.expander(f"逐条看变化（{frame.height:,} 条）"):
            st.dataframe(
                frame,
                hide_index=True,
                key=f"{key}_round",
                placeholder=NOTHING,
                height="auto" if frame.height <= 10 else 400,
                column_config={"问题与改法": st.column_config.TextColumn(width="large")},
            )


def round_frame(compared: Round) -> pl.DataFrame:
    """One line per error that was or is there, and per row that only one of the files has."""
    lines: list[tuple[str | None, ...]] = [
        (
            _STATES[change.state], _row_words(change.earlier), _row_words(change.later),
            change.violation.column, change.violation.message, change.violation.rule,
        )
        for state in _STATES
        for change in compared.changes
        if change.state == state
    ]  # fmt: skip
    wrong = set(compared.gone_wrong)
    lines += [
        ("－ 行没有了", _row_words(p), None, None, "原来有错" if p in wrong else None, None)
        for p in compared.gone
    ]
    lines += [("＋ 新增的行", None, _row_words(p), None, None, None) for p in compared.added]
    names = ("变化", "原位置", "现位置", "列", "问题与改法", "规则")
    return pl.DataFrame(lines, schema=dict.fromkeys(names, pl.Utf8), orient="row")


def _row_words(place: Place | None) -> str | None:
    return None if place is None else f"{place.sheet} 第 {place.row} 行".strip()


def rule_frame(result: CheckResult) -> pl.DataFrame:
    """One line per rule and severity: 性质, 问题, 行数, 怎么改, 例, 规则."""
    return pl.DataFrame(
        [
            {
                "性质": severity_words(g.severity),
                "问题": g.note.title,
                "行数": g.rows,
                "怎么改": g.note.mend,
                "例": "；".join(_example(g, k) for k in range(min(_EXAMPLES, len(g.violations)))),
                "规则": g.rule,
            }
            for g in result.groups
        ],
        schema={
            "性质": pl.Utf8, "问题": pl.Utf8, "行数": pl.Int64, "怎么改": pl.Utf8, "例": pl.Utf8,
            "规则": pl.Utf8,
        },
    )  # fmt: skip


def cell_frame(result: CheckResult, group: RuleGroup | None) -> pl.DataFrame:
    """Every failing cell, of one rule or of all, with its sheet, place, column and value; the worst
    first, then row by row."""
    violations = result.violations if group is None else group.violations
    worst = list(SEVERITY_WORDS)
    words = {severity: severity_words(severity) for severity in worst}
    has_cells = any(layout.is_workbook for layout in result.layouts)
    severity = pl.col("severity")
    # Within a severity and row: by rule, as the problems above are ordered.
    order = {(g.severity, g.rule): k for k, g in enumerate(result.groups)}
    rank = {f"{s} {rule}": k for (s, rule), k in order.items()}
    place = pl.concat_str(pl.lit("第 "), pl.col("row").cast(pl.Utf8), pl.lit(" 行"))
    frame = violations.frame.sort(
        severity.replace_strict({s: k for k, s in enumerate(worst)}, return_dtype=pl.Int64),
        "sheet",
        "row",
        pl.concat_str(severity, "rule", separator=" ").replace_strict(rank, return_dtype=pl.Int64),
        maintain_order=True,
    ).select(
        severity.replace_strict(words, return_dtype=pl.Utf8).alias("性质"),
        pl.col("sheet").alias("工作表"),
        pl.coalesce("cell", place).alias("单元格" if has_cells else "行号"),
        pl.col("column").alias("列"),
        pl.col("value").alias("原值（个人信息已脱敏）"),
        pl.col("message").alias("问题与改法"),
        pl.col("rule").alias("规则"),
    )
    return frame if has_cells else frame.drop("工作表")


def rate_words(rate: float | None) -> str:
    """A rate of 0–1 as a percentage; `—` for none."""
    return percent(None if rate is None else rate * 100)


def severity_words(severity: str) -> str:
    """`✕ 错误`, `▲ 提示` …: the sign says it without a colour."""
    return f"{_MARKS[severity]} {SEVERITY_WORDS[severity]}"


def _example(group: RuleGroup, number: int) -> str:
    violation = group.violations[number]
    where = violation.cell or f"第 {violation.row} 行"
    return f"{where} {violation.value}" if violation.value else where
