"""What the figures say: the conclusion in one sentence, and what to push this week.

Pure: frames in, words and items out. Only what can still be mended is pushed: a late report cannot.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

import polars as pl

from dashboard.queries.figures import THREE_RATES
from dashboard.terms import in_present_words
from dashboard.wording import NOTHING, day, months_words, percent, period_words

MAX_ITEMS = 5
MAX_OF_A_KIND = 2
SOON = timedelta(days=7)

# Red clauses that other items stand for, or that cannot be mended any more.
_NOT_PUSHED = frozenset(
    {
        "publicity_report_rate", "publicity_full_entry_rate", "publicity_timeliness_rate",
        "publicity_entry_workdays", "publicity_ledger_submission_day", "late_report_rate",
        "new_credit_info_submission_day", "graded_regulation_submission_day",
        "progress_report_submission_day", "publicity_weekly_submission",
        "credit_application_report_submission",
        "publicity_compliance_rate",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Push:
    """One thing to push: what, who, how many (empty for one), by when, what follows otherwise, what
    to do; the page and the choices on it that show the records."""

    kind: str
    what: str
    unit: str
    quantity: str
    deadline: date | None
    consequence: str
    action: str
    page: str
    choices: dict[str, str] = field(default_factory=dict)

    def urgency(self, today: date) -> tuple[int, date]:
        """Sort key: overdue, then due within a week, then later; the longest overdue first."""
        when = self.deadline or date.max
        return (0 if when < today else 1 if when <= today + SOON else 2, when)


def push_items(
    today: date,
    unreported: pl.DataFrame,
    tasks: pl.DataFrame,
    hand_ins: pl.DataFrame,
    errors: pl.DataFrame,
    clauses: pl.DataFrame,
    cutoff: date,
) -> list[Push]:
    """Everything worth pushing on the judging day, most urgent first, at most two of a kind ahead
    of the others. Frames: unreported.sql, task_states.sql, obligations.sql, records.sql (kind
    error), clause_lights.sql."""
    found = [
        *_unreported(unreported),
        *_tasks(today, tasks),
        *_hand_ins(hand_ins),
        *_errors(errors, cutoff),
        *_clauses(clauses),
    ]
    return _mixed(sorted(found, key=lambda item: item.urgency(today)))


def _mixed(items: list[Push]) -> list[Push]:
    """The same items, with the third and later of a kind moved back."""
    seen: dict[str, int] = {}
    first: list[Push] = []
    later: list[Push] = []
    for item in items:
        seen[item.kind] = seen.get(item.kind, 0) + 1
        (first if seen[item.kind] <= MAX_OF_A_KIND else later).append(item)
    return first + later


def _unreported(decisions: pl.DataFrame) -> Iterable[Push]:
    groups = decisions.group_by("unit").agg(pl.len().alias("n"), pl.col("limit_date").min())
    for row in groups.sort("n", "unit", descending=[True, False]).iter_rows(named=True):
        yield Push(
            kind="unreported",
            what="应报未报（待核）",
            unit=row["unit"],
            quantity=f"{row['n']} 件",
            deadline=row["limit_date"],
            consequence="计入未报，拉低上报率",
            action="电话核实，属实即补报",
            page="publicity",
            choices={"show": "应报未报（待核）", "of": row["unit"]},
        )


def _tasks(today: date, tasks: pl.DataFrame) -> Iterable[Push]:
    soon = (pl.col("deadline") <= today + SOON) & pl.col("is_upcoming")
    for row in tasks.filter(pl.col("is_overdue") | soon).iter_rows(named=True):
        overdue = row["is_overdue"]
        yield Push(
            kind="task",
            what=f"任务{'逾期' if overdue else '将到期'}：{in_present_words(row['title'])}",
            unit=row["unit"],
            quantity="",
            deadline=row["deadline"],
            consequence="计入逾期任务" if overdue else "到期未完成即逾期",
            action="批示限期办结" if overdue else "电话提醒",
            page="departments",
            choices={"unit": row["unit"], "part": "任务"},
        )


def _hand_ins(hand_ins: pl.DataFrame) -> Iterable[Push]:
    missing = hand_ins.filter(pl.col("is_missing"))
    groups = missing.group_by("duty", "due_date").agg(pl.len().alias("n"), pl.col("unit").first())
    for row in groups.sort("due_date", "duty").iter_rows(named=True):
        single = row["n"] == 1
        yield Push(
            kind="hand_in",
            what=f"未交：{row['duty']}",
            unit=row["unit"] if single else "多家单位",
            quantity="" if single else f"{row['n']} 家",
            deadline=row["due_date"],
            consequence="计入未按期报送",
            action="催交或作零报送",
            page="calendar",
            choices={"on": row["due_date"].isoformat()},
        )


def _errors(records: pl.DataFrame, cutoff: date) -> Iterable[Push]:
    groups = records.group_by("unit").agg(pl.len().alias("n"))
    for row in groups.sort("n", "unit", descending=[True, False]).iter_rows(named=True):
        yield Push(
            kind="error",
            what="退回记录待改正",
            unit=row["unit"],
            quantity=f"{row['n']} 条",
            deadline=cutoff,
            consequence="拉低合规率",
            action="发回清单，改正后重报",
            page="departments",
            choices={"unit": row["unit"], "part": "不合规记录"},
        )


def _clauses(clauses: pl.DataFrame) -> Iterable[Push]:
    red = clauses.filter(pl.col("light") == "red")
    for row in red.iter_rows(named=True):
        if row["metric_id"] in _NOT_PUSHED:
            continue
        yield Push(
            kind="clause",
            what=f"条款未达标：{in_present_words(row['title'])}",
            unit=NOTHING,
            quantity=row["gap_text"] or NOTHING,
            deadline=date.fromisoformat(row["due"]) if _is_day(row["due"]) else None,
            consequence="条款亮红灯",
            action="专题协调",
            page="tasks",
            choices={"part": "目标"},
        )


def _is_day(text: str | None) -> bool:
    return text is not None and len(text) == len("2022-06-30") and text.count("-") == 2


def conclusion(
    period: str, rates: dict[str, dict[str, object]], clauses: pl.DataFrame, pushes: int
) -> str:
    """`2022 年 6 月：上报率 99.4%（差 2 条）… 15 个条款灯中达标 3 个 …；5 件需您推动。`

    `rates`: metric id -> its row of targets.sql; absent ones are left out.
    """
    parts = []
    for metric_id, title in THREE_RATES.items():
        row = rates.get(metric_id)
        if row is None:
            continue
        gap = row["gap_text"] or ("达标" if row["status"] == "met" else "")
        value = row["value"]
        parts.append(
            f"{title} {percent(None if value is None else float(str(value)))}"
            + (f"（{gap}）" if gap else "")
        )
    lights = count_lights(clauses)
    judged = lights["green"] + lights["red"] + lights["yellow"]
    sentences = []
    if parts:
        sentences.append("、".join(parts))
    sentences.append(f"{judged} 项到期目标达标 {lights['green']} 项")
    sentences.append(f"{pushes} 件需您推动" if pushes else "本期无需推动的事项")
    return f"{period_words(period)}：" + "；".join(sentences) + "。"


def count_lights(clauses: pl.DataFrame) -> dict[str, int]:
    """How many clauses show each light."""
    counts = dict.fromkeys(("green", "yellow", "red", "grey"), 0)
    for light in clauses["light"].to_list():
        if light in counts:
            counts[light] += 1
    return counts


def rates_finding(rates: pl.DataFrame, period: str) -> str:
    """`及时率 4 月最低（91.6%），6 月 96.2%`: the lowest month of the rate that fell lowest and
    the month looked at, where the period is one. Frame: rates_by_month.sql, of one ledger."""
    known = rates.filter(pl.col("value").is_not_null()).sort("value", "month")
    if known.is_empty():
        return "还没有数据"
    worst = known.row(0, named=True)
    title = THREE_RATES[f"publicity_{worst['rate']}_rate"]
    if worst["value"] >= 100:
        return "三率各月都是 100%"
    text = f"{title} {int(worst['month'][-2:])} 月最低（{percent(worst['value'])}）"
    now = known.filter((pl.col("rate") == worst["rate"]) & (pl.col("month") == period))
    if period == worst["month"] or now.is_empty():
        return text
    return f"{text}，{int(period[-2:])} 月 {percent(now['value'][0])}"


def units_finding(units: pl.DataFrame, rate: str, title: str, target: float | None) -> str:
    """`及时率最低：某单位 84.2%，5 家低于目标` among units with enough records (units.sql)."""
    column = f"{rate}_rate"
    known = units.filter(pl.col(column).is_not_null() & ~pl.col("is_small")).sort(column)
    if known.is_empty():
        return f"{title}：本期没有样本足够的单位"
    below = 0 if target is None else known.filter(pl.col(column) < target - 1e-9).height
    if not below:
        return f"{title}：{known.height} 家都达到目标" if target else f"{title}：{known.height} 家"
    worst = known.row(0, named=True)
    return f"{title}最低：{worst['unit']} {percent(worst[column])}，{below} 家低于目标"


LEDGER_METRIC = "publicity_ledger_submission_day"


def ledger_words(hand_ins: pl.DataFrame) -> tuple[str, str]:
    """`5 月台账按期` and `6 月 10 日到期`: a ledger is due in the month after the one it covers, so
    both are said. Of more months: `3—5 月台账按期` and the last due day. Frame: obligations.sql."""
    ledgers = hand_ins.filter(pl.col("metric_id") == LEDGER_METRIC)
    if ledgers.is_empty():
        return "台账按期", ""
    covered = ledgers["period_covered"].unique().sort().to_list()
    due = ledgers["due_date"].unique().sort().to_list()
    last = day(due[-1])
    return f"{months_words(covered)}台账按期", f"{last}到期" if len(due) == 1 else f"至 {last}到期"


STANDINGS = ("达标", "待改进", "样本少", "零报送", "未报", "无记录", "不适用")


def standing_of_units(units: pl.DataFrame, threshold: float) -> pl.DataFrame:
    """The frame of units.sql with `standing`: 达标 or 待改进 by the three rates for units with
    enough records; else 样本少, 零报送, 未报, 不适用, or 无记录 (nothing came)."""
    rates = [pl.col(f"{rate}_rate") for rate in ("report", "compliance", "timeliness")]
    is_met = pl.all_horizontal(*(rate.is_null() | (rate >= threshold - 1e-9) for rate in rates))
    return units.with_columns(
        pl.when(~pl.col("is_small") & pl.col("ranking_group").is_in(["power", "other", "street"]))
        .then(pl.when(is_met).then(pl.lit("达标")).otherwise(pl.lit("待改进")))
        .when(pl.col("record_count") > 0)
        .then(pl.lit("样本少"))
        .when(pl.col("hand_in_state") == "零报送")
        .then(pl.lit("零报送"))
        .when(pl.col("hand_in_state") == "未报")
        .then(pl.lit("未报"))
        .when(pl.col("hand_in_state") == "不适用")
        .then(pl.lit("不适用"))
        .otherwise(pl.lit("无记录"))
        .alias("standing")
    )
