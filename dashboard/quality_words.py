"""What the quality of the data says over the months, in words and in tables. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from dashboard.wording import NOTHING, months_words, percent
from expectations.rules import load_catalogue

Row = dict[str, Any]
RATES = {"first_pass": "一次合格率", "compliance": "合规率", "timeliness": "及时率"}
STANDINGS = {"open": "未见改正", "mended": "已改正", "replaced": "文件已更换"}
MOST = 80.0  # per cent of the errors: what the few causes add up to
LABEL, TOTAL = "项", "合计"
_RANKED = ("power", "other", "street")
_LATE = "late_report_rate"
_FEW = 6  # more rules than this are no few


def rule_title(rule_id: str) -> str:
    """The rule in words; its id where the catalogue does not know it any more."""
    return {rule.id: rule.title for rule in load_catalogue()}.get(rule_id, rule_id)


def with_titles(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with `title`: its `rule_id` in words."""
    titles = {rule.id: rule.title for rule in load_catalogue()}
    return frame.with_columns(pl.col("rule_id").replace(titles).alias("title"))


# Rates


def lines_by_month(lines: pl.DataFrame) -> pl.DataFrame:
    """month, rate, line: what the plan asks of a rate in each month (quality_lines.sql). Of several
    targets the highest; a limit on late reports is a line for those in time; historical targets
    draw none."""
    asked = lines.filter(
        (pl.col("legal_status") == "in_force") & (pl.col("period_kind") == "month")
    )
    is_limit = (pl.col("metric_id") == _LATE) & (pl.col("comparator") == "<=")
    drawn = asked.filter(
        is_limit | ((pl.col("metric_id") != _LATE) & (pl.col("comparator") != "<="))
    )
    return (
        drawn.with_columns(
            _rate_of_metric().alias("rate"),
            pl.when(is_limit)
            .then(100.0 - pl.col("threshold"))
            .otherwise(pl.col("threshold"))
            .alias("line"),
        )
        .group_by(pl.col("period").alias("month"), "rate")
        .agg(pl.col("line").max())
        .sort("month", "rate")
    )


def target_of(lines: pl.DataFrame, rate: str, period: str) -> Row | None:
    """The target of a rate that has a light in the period; None where there is none."""
    rows = lines.with_columns(_rate_of_metric().alias("rate")).filter(
        (pl.col("rate") == rate)
        & (pl.col("period") == period)
        & (pl.col("legal_status") == "in_force")
        & pl.col("light").is_not_null()
    )
    return rows.row(0, named=True) if rows.height else None


def _rate_of_metric() -> pl.Expr:
    named = pl.col("metric_id").str.replace("publicity_", "").str.replace("_rate", "")
    return pl.when(pl.col("metric_id") == _LATE).then(pl.lit("timeliness")).otherwise(named)


def rate_finding(rates: pl.DataFrame, rate: str, last: str, counts_official: bool = False) -> str:
    """`一次合格率 6 月 97.1%（本办测算），4 月最低 93.0%` for the last month with a figure up to
    `last`: official figures where the plan counts those and has any, else the office's own."""
    found = rates.filter(pl.col("rate") == rate)
    official = found.filter(pl.col("is_official"))
    is_official = counts_official and not official.is_empty()
    shown = (official if is_official else found.filter(~pl.col("is_official"))).sort("month")
    known = shown.filter(pl.col("month") <= last)
    title = RATES[rate]
    if known.is_empty():
        return f"{title}：还没有数据"
    now = known.row(-1, named=True)
    source = "省平台反馈" if is_official else "本办测算"
    text = f"{title} {int(now['month'][-2:])} 月 {percent(now['value'])}（{source}）"
    worst = shown.sort("value", "month").row(0, named=True)
    if worst["month"] == now["month"]:
        return f"{text}，是各月最低" if shown.height > 1 and worst["value"] < 100 else text
    if worst["value"] == now["value"]:
        return text
    return f"{text}，{int(worst['month'][-2:])} 月最低 {percent(worst['value'])}"


# Errors


def in_months(errors: pl.DataFrame, first: str, last: str) -> pl.DataFrame:
    """The errors of files received in these months."""
    return errors.filter(pl.col("month").is_between(pl.lit(first), pl.lit(last)))


def error_table(errors: pl.DataFrame, by: str, months: Sequence[str]) -> pl.DataFrame:
    """Errors as a table: a line per unit (in the order of the roster) or rule (most first), a
    column per month and the sum; null where there is none. First columns: key (`unit` or `rule_id`
    as given in `by`) and the label."""
    if by == "rule_id":
        keyed = with_titles(errors).with_columns(
            pl.concat_str(pl.col("rule_id"), pl.lit(" "), pl.col("title")).alias(LABEL)
        )
        order = [pl.col(TOTAL), pl.col("rule_id")]
        descending = [True, False]
    else:
        keyed = errors.with_columns(pl.col("unit").alias(LABEL))
        order, descending = [pl.col("sort_order"), pl.col("unit")], [False, False]
    sums = [
        pl.col("error_count").filter(pl.col("month") == month).sum().alias(month_word(month))
        for month in months
    ]
    table = keyed.group_by(by).agg(
        pl.col(LABEL).first(),
        pl.col("sort_order").min(),
        *sums,
        pl.col("error_count").filter(pl.col("month").is_in(list(months))).sum().alias(TOTAL),
    )
    shown = table.filter(pl.col(TOTAL) > 0).sort(order, descending=descending)
    words = [month_word(month) for month in months]
    counts = [pl.when(pl.col(word) > 0).then(pl.col(word)).alias(word) for word in words]
    return shown.select(by, LABEL, *counts, TOTAL)


def errors_finding(errors: pl.DataFrame, months: Sequence[str]) -> str:
    """Which month and which unit made most of the errors. Only units that are ranked are named."""
    shown = errors.filter(pl.col("month").is_in(list(months)))
    if shown.is_empty():
        return "收到的文件里没有查出不可报的错误"
    total = int(shown["error_count"].sum())
    month = _most(shown, "month")
    text = f"共查出 {total} 处错误，{int(month[0][-2:])} 月最多（{month[1]} 处）"
    ranked = shown.filter(pl.col("ranking_group").is_in(_RANKED))
    if ranked["unit"].n_unique() > 1:
        unit = _most(ranked, "unit")
        text += f"；{unit[0]} {unit[1]} 处，占 {percent(100 * unit[1] / total, 0)}"
    return text


def _most(errors: pl.DataFrame, by: str) -> tuple[str, int]:
    counts = errors.group_by(by).agg(pl.col("error_count").sum())
    row = counts.sort(["error_count", by], descending=[True, False]).row(0)
    return str(row[0]), int(row[1])


# Causes


def causes_of(errors: pl.DataFrame) -> pl.DataFrame:
    """One row per rule, most errors first: rule_id, title, error_count, open_count, unit_count,
    share and cumulative (per cent of all errors), is_few (the fewest rules that together reach
    `MOST` per cent)."""
    counted = (
        errors.group_by("rule_id")
        .agg(
            pl.col("error_count").sum(),
            pl.col("open_count").sum(),
            pl.col("unit_id").n_unique().alias("unit_count"),
        )
        .sort(["error_count", "rule_id"], descending=[True, False])
    )
    share = 100.0 * pl.col("error_count") / pl.col("error_count").sum()
    summed = counted.with_columns(share.alias("share")).with_columns(
        (100.0 * pl.col("error_count").cum_sum() / pl.col("error_count").sum()).alias("cumulative")
    )
    before = 100.0 * (pl.col("error_count").cum_sum() - pl.col("error_count"))
    return with_titles(summed).with_columns(
        (before / pl.col("error_count").sum() < MOST - 1e-9).alias("is_few")
    )


def causes_finding(causes: pl.DataFrame) -> str:
    """`12 类错误里 4 类占 81%：必填项空白、…`."""
    if causes.is_empty():
        return "没有查出不可报的错误"
    few = causes.filter(pl.col("is_few"))
    total = int(causes["error_count"].sum())
    told = "、".join(few["title"].head(3).to_list())
    more = "等" if few.height > 3 else ""
    if causes.height == 1:
        return f"{total} 处错误都是“{told}”"
    reached = percent(float(few["cumulative"][-1]), 0)
    if few.height > _FEW:
        worst = few.row(0, named=True)
        return (
            f"{causes.height} 类错误共 {total} 处，比较分散：{few.height} 类合起来才占 {reached}，"
            f"最多的是{worst['title']}（{worst['error_count']} 处）"
        )
    return f"{causes.height} 类错误共 {total} 处，其中 {few.height} 类占 {reached}：{told}{more}"


# Repeats


def repeats_of(errors: pl.DataFrame, returns: pl.DataFrame) -> pl.DataFrame:
    """One row per unit and rule that it broke in two months or more: unit, unit_id, rule_id, title,
    months (in words), month_count, error_count, last_month, open_count, returned (files given back
    to the unit for this rule), most months first; units that are only listed come last."""
    counted = (
        errors.group_by("unit_id", "unit", "ranking_group", "sort_order", "rule_id")
        .agg(
            pl.col("month").unique().sort().alias("months"),
            pl.col("error_count").sum(),
            pl.col("open_count").sum(),
        )
        .with_columns(
            pl.col("months").list.len().cast(pl.Int64).alias("month_count"),
            pl.col("months").list.last().alias("last_month"),
            (~pl.col("ranking_group").is_in(_RANKED)).alias("is_listed"),
        )
        .filter(pl.col("month_count") > 1)
    )
    months = [_months_listed(found) for found in counted["months"].to_list()]
    counted = counted.with_columns(pl.Series("months", months, dtype=pl.Utf8))
    asked = (
        returns.select("unit_id", pl.col("rules").str.split(" ").alias("rule_id"))
        .explode("rule_id")
        .group_by("unit_id", "rule_id")
        .agg(pl.len().cast(pl.Int64).alias("returned"))
    )
    joined = counted.join(asked, on=["unit_id", "rule_id"], how="left").with_columns(
        pl.col("returned").fill_null(0)
    )
    return with_titles(joined).sort(
        ["is_listed", "month_count", "error_count", "sort_order", "rule_id"],
        descending=[False, True, True, False, False],
    )


def _months_listed(months: list[str]) -> str:
    return "、".join(str(int(month[-2:])) for month in months) + " 月"


def repeats_finding(repeats: pl.DataFrame) -> str:
    """How many units come back with the same error, and the most stubborn one."""
    if repeats.is_empty():
        return "没有单位在以后的月份再犯同一条规则"
    units = repeats["unit_id"].n_unique()
    text = f"{units} 家单位在 2 个以上月份犯同一条规则，共 {repeats.height} 项"
    ranked = repeats.filter(~pl.col("is_listed"))
    if ranked.is_empty():
        return text
    worst = ranked.row(0, named=True)
    return f"{text}；“{worst['title']}”在{worst['unit']}出现于 {worst['month_count']} 个月"


def first_pass_table(rates: pl.DataFrame, months: Sequence[str]) -> pl.DataFrame:
    """The first-pass rate of each unit by month in words (`97.1%`, `90%*` of few decisions), units
    in the order of the roster; the last column is of the months together."""
    lines = []
    for (_unit_id, unit), rows in rates.group_by(["unit_id", "unit"], maintain_order=True):
        told = {row["month"]: row for row in rows.iter_rows(named=True)}
        line = {LABEL: unit}
        for month in months:
            row = told.get(month)
            line[month_word(month)] = None if row is None else _few(row["value"], row["is_small"])
        shown = rows.filter(pl.col("month").is_in(list(months)))
        hits, base = (float(sum(shown[part].to_list())) for part in ("hits", "base"))
        line[TOTAL] = f"{percent(100 * hits / base)}（{hits:g}/{base:g}）" if base else NOTHING
        lines.append(line)
    columns = [LABEL, *(month_word(month) for month in months), TOTAL]
    return pl.DataFrame(lines, schema=dict.fromkeys(columns, pl.Utf8))


def _few(value: float, is_small: bool) -> str:
    return percent(value) + ("*" if is_small else "")


def span_words(first: str, last: str) -> str:
    """`1—6 月收到的文件`."""
    return f"{months_words([first, last])}收到的文件"


def month_word(label: str) -> str:
    """`6月`."""
    return f"{int(label[-2:])}月"


# Which months

SPANS = ("年初至本期", "本期")


def months_asked(months: Sequence[str], period: Row, span: str | None) -> tuple[str, str]:
    """First and last month: of the period alone, or from the plan's first month to its end.
    `months`: those that the plan offers, in order."""
    start, end = (period[name].strftime("%Y-%m") for name in ("start_date", "end_date"))
    first = start if span == SPANS[1] else months[0]
    return max(first, months[0]), min(end, f"{months[0][:4]}-12")


def months_begun(periods: pl.DataFrame) -> list[str]:
    """The months of the plan year that have begun (periods.sql)."""
    return sorted(periods.filter(pl.col("period_kind") == "month")["period"].to_list())


def files_finding(files: pl.DataFrame) -> str:
    """How many files have rows at fault, and how many of these rows the worst few hold."""
    if files.is_empty():
        return "没有查出有错的文件"
    rows = int(files["error_rows"].sum())
    text = f"{files.height} 个文件有错，共 {rows} 行"
    worst = files.row(0, named=True)
    if files.height == 1 or not rows:
        return text
    return (
        f"{text}；最多的是“{worst['file_name']}”，{worst['rows']} 行里错 {worst['error_rows']} 行"
    )
