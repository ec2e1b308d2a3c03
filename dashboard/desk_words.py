"""The desk in words: what came of a load, how files stand, what is owed on a day.

Pure: results and frames in, words and frames out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import polars as pl

from dashboard.terms import in_present_words
from dashboard.wording import BATCH_STATES, LEDGERS, day
from etl.check_trace import UNKNOWN_UNIT, Answer, Obligation, Trace
from etl.outcome import LoadResult, Outcome
from warehouse.journal import Batch
from warehouse.returns import Return

_NAMES = 3
_OUT = ("未交", "未到期")
# Where what a ledger changes is seen first.
_PAGES = {
    **dict.fromkeys(
        ("admin_permit", "admin_penalty", "decision_register", "platform_receipt",
         "official_feedback"),
        "publicity",
    ),
    **dict.fromkeys(("task_status", "deliverable", "declaration"), "tasks"),
    **dict.fromkeys(("publicity_article", "meeting_training", "honour", "contact"), "education"),
    **dict.fromkeys(("city_index", "city_index_indicator", "external_assessment"), "index"),
    "submission": "calendar",
}  # fmt: skip
HELD_HELP = (
    "暂挂的批次没有计入任何数字，现行版本没有变。在“经手记录”里：数据有问题的撤回，让部门改后重报；"
    "核对无误的点“接受”（再核验一次）；仍不过而确须发布的，写明理由强制接受。"
)


@dataclass(frozen=True)
class Told:
    """What came of the last step, for the top of the page."""

    kind: Literal["good", "note", "bad"]
    lines: tuple[str, ...]
    page: str = ""  # where the new figures are seen


def load_words(result: LoadResult) -> Told:
    """What came of taking files in."""
    lines = [_batch_line(b, result.outcome) for b in result.new]
    lines += [
        f"{b.file_name}：以前已经收过（批次 {b.batch_id}，{BATCH_STATES[b.state]}），没有重复计入。"
        for b in result.duplicates
    ]
    lines += [f"没有收：{_bare(p.file)}：{p.message}" for p in result.problems]
    lines += [f"{s.file} 的工作表“{s.sheet}”跳过：{s.reason}。" for s in result.skipped if s.sheet]
    lines += [f"请留意：{_bare(n.file)}：{n.message}" for n in result.notices]
    landed = {b.batch_id for b in result.new}
    lines += [
        f"方案 {plan} 已定稿：批次 {batch} 中 {rows} 行是定稿后收到的，不计入。"
        for (plan, batch), rows in result.outcome.late.items()
        if batch in landed
    ]
    if result.outcome.is_refused:
        return Told("bad", (*gate_lines(result.outcome), *lines))
    if not result.new:
        return Told("bad" if result.problems else "note", ("没有新收下的表。", *lines))
    head = f"已收下 {len(result.new)} 张表并发布（版本 {result.outcome.version}）。"
    pages = [_PAGES.get(b.ledger, "overview") for b in result.new]
    return Told("note" if result.problems else "good", (head, *lines), pages[0])


def _batch_line(batch: Batch, outcome: Outcome) -> str:
    wrong = outcome.quarantined.get(batch.batch_id)
    told = f"，其中 {wrong} 行有错（照收，标为不合规）" if wrong else ""
    where = f"{batch.file_name}" + (f" {batch.sheet_name}" if batch.sheet_name else "")
    return (
        f"{where}：{LEDGERS.get(batch.ledger, batch.ledger)} {batch.rows} 行{told}，"
        f"批次 {batch.batch_id}。"
    )


def gate_lines(outcome: Outcome) -> tuple[str, ...]:
    """A gate that refused: which checks, what stays, what to do."""
    failed = "；".join(outcome.gate_failed)
    return (
        f"发布前核验没有通过（{failed}），新批次已暂挂，"
        f"现行版本 {outcome.version or '（无）'} 未变。",
        HELD_HELP,
    )


def change_words(done: str, outcome: Outcome) -> Told:
    """What came of withdrawing or accepting."""
    if outcome.is_refused:
        return Told("bad", gate_lines(outcome))
    if outcome.gate_status == "forced":
        failed = "；".join(outcome.gate_failed)
        return Told(
            "note", (f"{done}强制发布为版本 {outcome.version}；没有通过的核验：{failed}。",)
        )
    return Told("good", (f"{done}现行版本 {outcome.version or '（无）'}。",))


def _bare(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2]


def unit_words(trace: Trace | None, names: Mapping[str, str], told: str | None = None) -> str:
    """Whose a file is: as the clerk told, else the unit of the file, else the units of its rows."""
    if told:
        return told
    if trace is None:
        return ""
    if trace.unit_ids:
        return "、".join(names.get(unit, unit) for unit in trace.unit_ids)
    found = {u: name for o in trace.origins for u, name, _ in o.units if u != UNKNOWN_UNIT}
    if not found:
        return "没认出单位"
    shown = "、".join(list(found.values())[:_NAMES])
    return shown if len(found) <= _NAMES else f"{shown} 等 {len(found)} 家"


def periods_words(trace: Trace | None) -> str:
    """`2022-05、2022-06`, or the first and last of many."""
    periods = trace.periods if trace is not None else ()
    if len(periods) <= _NAMES:
        return "、".join(periods)
    return f"{periods[0]} 至 {periods[-1]}"


def answer_lines(answers: Iterable[Answer], owed: pl.DataFrame) -> list[str]:
    """Which obligations a file answers, whether in time, and what was there before: a line per
    duty, period and state."""
    before = answered_before(owed)
    found: dict[tuple[str, str, str], list[str]] = {}
    for answer in answers:
        head = (
            f"{in_present_words(answer.duty)}（{answer.period_covered}，"
            f"{day(answer.due_date)}到期）"
        )
        key = (head, _state(answer), _before(before.get(answer.obligation)))
        found.setdefault(key, []).append(answer.unit)
    return [
        f"{head}：{_units(units)}{state}{earlier}"
        for (head, state, earlier), units in found.items()
    ]


def answered_before(owed: pl.DataFrame) -> dict[Obligation, tuple[str, date]]:
    """What has been handed in already, in which state and when."""
    rows = owed.select("duty_id", "unit_id", "period_covered", "state", "answered_date").rows()
    return {
        (duty, unit, period): (state, when)
        for duty, unit, period, state, when in rows
        if when is not None
    }


def on_time_word(answers: Sequence[Answer], owed: pl.DataFrame) -> str:
    """`✓ 按时`, `▲ 迟交 1/2`, `○ 此前已交` where all of it was handed in before; nothing where
    nothing dated is answered."""
    if not answers:
        return ""
    before = answered_before(owed)
    first = [answer for answer in answers if answer.obligation not in before]
    if not first:
        return "○ 此前已交"
    late = sum(answer.is_late for answer in first)
    return f"▲ 迟交 {late}/{len(first)}" if late else "✓ 按时"


def _state(answer: Answer) -> str:
    if answer.way == "contradicted":
        return "零报送与同一份里的记录矛盾，不算"
    word = "零报送" if answer.way == "nil" else "报送"
    if not answer.is_late:
        return f"按时{word}"
    return f"{word}晚 {(answer.handed_in - answer.due_date).days} 天"


def _before(earlier: tuple[str, date] | None) -> str:
    return f"；此前 {earlier[1]} 已有（{earlier[0]}），以先到的为准" if earlier else ""


def _units(units: Sequence[str]) -> str:
    names = list(dict.fromkeys(units))
    more = f"等 {len(names)} 家" if len(names) > _NAMES else ""
    return "、".join(names[:_NAMES]) + more + " "


def outstanding(owed: pl.DataFrame, today: date, ahead: int) -> pl.DataFrame:
    """What is still out on a day: overdue, or due within so many days; the longest overdue first.

    Adds `left_days` (negative: overdue) and `left`, the same in words, and brings `state` up to
    the day."""
    return (
        owed.filter(pl.col("answered_date").is_null() & pl.col("state").is_in(_OUT))
        .with_columns(left_days=(pl.col("due_date") - pl.lit(today)).dt.total_days())
        .filter(pl.col("left_days") <= ahead)
        .with_columns(
            state=pl.when(pl.col("left_days") < 0)
            .then(pl.lit("✕ 未交"))
            .otherwise(pl.lit("· 未到期"))
        )
        .with_columns(
            left=pl.when(pl.col("left_days") < 0)
            .then(pl.format("已过 {} 天", -pl.col("left_days")))
            .when(pl.col("left_days") == 0)
            .then(pl.lit("今天到期"))
            .otherwise(pl.format("还有 {} 天", pl.col("left_days")))
        )
        .sort("due_date", maintain_order=True)
    )


def owed_label(row: Mapping[str, object]) -> str:
    """One obligation in a list to choose from."""
    due = row["due_date"]
    assert isinstance(due, date)
    duty = in_present_words(str(row["duty"]))
    return f"{row['unit']} · {duty} · {row['period_covered']}（{day(due)}到期）"


def batch_frame(
    batches: Sequence[Batch], errors: Mapping[str, int], units: Mapping[str, str]
) -> pl.DataFrame:
    """Batches, newest first: 批次, 状态, 台账, 文件, 单位, 收到日期, 行数, 有错行, 替换, 原因."""
    replaced = {b.replaces_batch_id for b in batches if b.state == "accepted"}
    rows = [
        {
            "批次": b.batch_id,
            "状态": BATCH_STATES[b.state]
            + ("（已被替换）" if b.state == "accepted" and b.batch_id in replaced else ""),
            "台账": LEDGERS.get(b.ledger, b.ledger),
            "文件": b.file_name + (f" · {b.sheet_name}" if b.sheet_name else ""),
            "单位": units.get(b.batch_id) or b.department,
            "收到日期": b.received_date.isoformat(),
            "行数": b.rows,
            "有错行": errors.get(b.batch_id),
            "替换": b.replaces_batch_id,
            "原因": b.reason,
        }
        for b in reversed(batches)
    ]
    return pl.DataFrame(
        rows,
        schema={
            "批次": pl.Utf8, "状态": pl.Utf8, "台账": pl.Utf8, "文件": pl.Utf8, "单位": pl.Utf8,
            "收到日期": pl.Utf8, "行数": pl.Int64, "有错行": pl.Int64, "替换": pl.Utf8,
            "原因": pl.Utf8,
        },
    )  # fmt: skip


def return_frame(returns: Sequence[Return], names: Mapping[str, str]) -> pl.DataFrame:
    """Files given back, newest first: 退回号, 状态, 文件, 单位, 台账, 退回日期, 行数, 有错行,
    理由."""
    rows = [
        {
            "退回号": r.return_id,
            "状态": "有效" if r.withdrawn is None else f"已撤销：{r.withdrawn}",
            "文件": r.file_name,
            "单位": names.get(r.unit_id or "", r.unit_id),
            "台账": LEDGERS.get(r.ledger or "", r.ledger),
            "退回日期": r.returned_date.isoformat(),
            "行数": r.row_count,
            "有错行": r.wrong_row_count,
            "理由": r.reason,
        }
        for r in reversed(returns)
    ]
    return pl.DataFrame(
        rows,
        schema={
            "退回号": pl.Utf8, "状态": pl.Utf8, "文件": pl.Utf8, "单位": pl.Utf8, "台账": pl.Utf8,
            "退回日期": pl.Utf8, "行数": pl.Int64, "有错行": pl.Int64, "理由": pl.Utf8,
        },
    )  # fmt: skip
