"""What the figures say: the conclusion in one sentence, rates, units, months.

Pure: frames in, words out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from dashboard.queries.figures import THREE_RATES
from dashboard.wording import as_number, day, months_words, percent, period_words
from warehouse.targets import SPANNING

Row = dict[str, Any]
OFFICIAL = "official_"
# A plan that sets no line for a rate is held against this one (docs/decisions.md).
USUAL_LINE = 98.0
_NUMBERS = frozenset({">=", ">", "=", "<="})


@dataclass(frozen=True)
class Rate:
    """One rate of double publicity as the first page shows it: the figure that counts under the
    plan, and beside it the one of the other source, where there is one.

    row: the metric that counts (metric_values.sql); target: its target (targets.sql), where the
    plan asks for a number.
    """

    metric_id: str
    title: str
    row: Row | None
    target: Row | None
    is_official: bool
    official: float | None
    own: float | None

    @property
    def value(self) -> float | None:
        return self.row["value"] if self.row else None

    @property
    def since(self) -> float | None:
        """The figure from January on, where the target and its light are of that one."""
        if self.target is None or self.target["recurrence"] not in SPANNING:
            return None
        return as_number(self.target["value"])

    @property
    def has_both(self) -> bool:
        return self.official is not None and self.own is not None


def counted_rates(
    metrics: dict[str, Row], targets: dict[str, Row], *, counts_official: bool
) -> list[Rate]:
    """The three rates: official ones where the plan counts those and they are there, else the
    office's own. A plan that limits what is late, and sets no line for what is in time, is shown
    the share of late ones."""
    titles = dict(THREE_RATES)
    if not _asks_number(targets.get("publicity_timeliness_rate")) and _asks_number(
        targets.get("late_report_rate")
    ):
        titles.pop("publicity_timeliness_rate")
        titles["late_report_rate"] = "迟报率"
    found = []
    for metric_id, title in titles.items():
        own, official = metrics.get(metric_id), metrics.get(OFFICIAL + metric_id)
        is_official = counts_official and official is not None and official["value"] is not None
        target = targets.get(metric_id)
        found.append(
            Rate(
                metric_id=metric_id,
                title=title,
                row=official if is_official else own,
                target=target if _asks_number(target) else None,
                is_official=is_official,
                official=official["value"] if official else None,
                own=own["value"] if own else None,
            )
        )
    return found


def _asks_number(target: Row | None) -> bool:
    """Whether a target asks a rate for a number; one that only asks it to be there does not."""
    return (
        target is not None
        and target["comparator"] in _NUMBERS
        and target["legal_status"] == "in_force"
    )


def both_words(rate: Rate, notices: str) -> str:
    """`省平台反馈 98.6%（示信通〔2020〕12号）｜本办测算 97.9%`; empty where there is one only."""
    if not rate.has_both:
        return ""
    told = f"（{notices}）" if notices else ""
    return f"省平台反馈 {percent(rate.official)}{told}｜本办测算 {percent(rate.own)}"


def rate_lines(targets: dict[str, Row]) -> dict[str, float]:
    """report, compliance, timeliness -> the line a unit is held against: the plan's target, else
    the usual one. A limit on late reports is a line for those in time."""
    lines = {}
    for rate in ("report", "compliance", "timeliness"):
        target = targets.get(f"publicity_{rate}_rate")
        line = as_number(target["threshold"]) if _asks_number(target) and target else None
        lines[rate] = USUAL_LINE if line is None else line
    late = targets.get("late_report_rate")
    if not _asks_number(targets.get("publicity_timeliness_rate")) and _asks_number(late) and late:
        lines["timeliness"] = 100.0 - (as_number(late["threshold"]) or 0.0)
    return lines


def common_line(rates: list[Rate]) -> float | None:
    """The line that the plan draws for its rates, where it draws one and the same; a limit on late
    reports is no line of theirs."""
    lines = {
        as_number(rate.target["threshold"])
        for rate in rates
        if rate.target is not None and rate.target["comparator"] != "<="
    }
    return lines.pop() if len(lines) == 1 else None


def lines_words(lines: dict[str, float]) -> str:
    """`上报 100%、合规 98%、及时 95%；方案没有写明的按 98%`."""
    names = {"report": "上报", "compliance": "合规", "timeliness": "及时"}
    told = "、".join(f"{names[rate]} {line:g}%" for rate, line in lines.items())
    return f"{told}；方案没有写明的按 {USUAL_LINE:g}%"


def conclusion(period: str, rates: list[Rate], clauses: pl.DataFrame, pushes: int) -> str:
    """`2022 年 6 月：上报率 99.4%（差 2 条）…；15 项到期目标达标 3 项；5 件需您推动。`

    Rates without a figure are left out; official ones are said to be so.
    """
    parts = []
    known = [rate for rate in rates if rate.value is not None]
    for rate in known:
        gap = ""
        if rate.target is not None:
            gap = rate.target["gap_text"] or ("达标" if rate.target["status"] == "met" else "")
            if gap and rate.since is not None:
                gap = f"累计 {percent(rate.since)}，{gap}"
        parts.append(f"{rate.title} {percent(rate.value)}" + (f"（{gap}）" if gap else ""))
    met, judged = count_due(clauses)
    sentences = []
    if parts:
        source = "省平台反馈" if all(rate.is_official for rate in known) else ""
        sentences.append(source + "、".join(parts))
    if judged:
        sentences.append(f"{judged} 项到期目标达标 {met} 项")
    sentences.append(f"{pushes} 件需您推动" if pushes else "本期无需推动的事项")
    return f"{period_words(period)}：" + "；".join(sentences) + "。"


def count_lights(clauses: pl.DataFrame) -> dict[str, int]:
    """How many clauses show each light."""
    counts = dict.fromkeys(("green", "yellow", "red", "grey"), 0)
    for light in clauses["light"].to_list():
        if light in counts:
            counts[light] += 1
    return counts


def count_due(clauses: pl.DataFrame) -> tuple[int, int]:
    """Of the clauses whose day has come, or which have none: how many are met, and how many could
    be judged (clause_lights.sql)."""
    judged = clauses.filter(pl.col("status").is_in(["met", "missed"]))
    return judged.filter(pl.col("status") == "met").height, judged.height


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


def units_finding(units: pl.DataFrame, rate: str, title: str, line: float) -> str:
    """`及时率最低：某单位 84.2%，5 家低于 98%` among units with enough records (units.sql)."""
    column = f"{rate}_rate"
    known = units.filter(pl.col(column).is_not_null() & ~pl.col("is_small")).sort(column)
    if known.is_empty():
        return f"{title}：本期没有样本足够的单位"
    below = known.filter(pl.col(column) < line - 1e-9).height
    if not below:
        return f"{title}：{known.height} 家都达到 {line:g}%"
    worst = known.row(0, named=True)
    return f"{title}最低：{worst['unit']} {percent(worst[column])}，{below} 家低于 {line:g}%"


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


def standing_of_units(units: pl.DataFrame, lines: dict[str, float]) -> pl.DataFrame:
    """The frame of units.sql with `standing`: 达标 or 待改进 by the lines of the three rates for
    units with enough records; else 样本少, 零报送, 未报, 不适用, or 无记录 (nothing came)."""
    is_met = pl.all_horizontal(
        *(
            pl.col(f"{rate}_rate").is_null() | (pl.col(f"{rate}_rate") >= line - 1e-9)
            for rate, line in lines.items()
        )
    )
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
