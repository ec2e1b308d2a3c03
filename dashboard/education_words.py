"""What articles, meetings, honours and contacts say, in words and counts. Pure.

Articles are held against the floor of the plan and no further: who has enough has enough, and
nobody is ranked by how many.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from dashboard.wording import months_words, period_words

Row = dict[str, Any]

ENOUGH, SHORT, NONE_YET, UNKNOWN = "达标", "差几篇", "未发", "未判定"
OWN, REPOST, REPEAT = "原创", "转载", "同文重复（不计）"
ROLES = ("领导责任人", "执行责任人", "具体操作人", "联络员", "修复专员")
# Which roles a metric of the ledger `contact` asks for.
ASKED_ROLES = {
    "responsible_role_count": ("领导责任人", "执行责任人", "具体操作人"),
    "liaison_officer_coverage": ("联络员",),
    "repair_officer_coverage": ("修复专员",),
}
MEETING_KINDS = ("会议", "会商", "培训", "走访调研", "督查检查")


def floor_states(floors: pl.DataFrame) -> pl.DataFrame:
    """The frame of article_floors.sql with state (达标, 差几篇, 未发, 未判定) and words
    (`✓`, `差1`, `—`). What is beyond the floor is not told."""
    missing = pl.col("wanted") - pl.col("written")
    state = (
        pl.when(pl.col("written").is_null())
        .then(pl.lit(UNKNOWN))
        .when(missing <= 0)
        .then(pl.lit(ENOUGH))
        .when(pl.col("written") == 0)
        .then(pl.lit(NONE_YET))
        .otherwise(pl.lit(SHORT))
    )
    words = (
        pl.when(pl.col("written").is_null())
        .then(pl.lit("—"))
        .when(missing <= 0)
        .then(pl.lit("✓"))
        .otherwise(pl.format("差{}", missing.cast(pl.Int64)))
    )
    return floors.with_columns(state.alias("state"), words.alias("words"))


def floors_finding(states: pl.DataFrame, months: list[str], label: str) -> str:
    """`2022 年 6 月：17 家中 15 家达标，差几篇的 2 家`: over the months of the period looked at."""
    judged = states.filter(pl.col("month").is_in(months) & (pl.col("state") != UNKNOWN))
    if judged.is_empty():
        return f"{period_words(label)}：还没有可判定的单位"
    by_unit = judged.group_by("unit_id").agg((pl.col("state") == ENOUGH).all().alias("is_enough"))
    enough = int(by_unit["is_enough"].sum())
    short = by_unit.height - enough
    text = f"{period_words(label)}：{by_unit.height} 家中 {enough} 家达标"
    return text + (f"，有月份不足的 {short} 家" if short else "")


def articles_finding(articles: pl.DataFrame) -> str:
    """`1—12 月共 464 篇：原创 409、转载 55；同文重复 1 篇不计` (articles.sql)."""
    counted = articles.filter(pl.col("is_counted"))
    kinds = counted["article_kind"].to_list()
    repeats = articles.filter(pl.col("is_repeat")).height
    months = articles["month"].drop_nulls().unique().sort().to_list()
    text = f"共 {counted.height} 篇：原创 {kinds.count(OWN)}、转载 {kinds.count(REPOST)}"
    if months:
        text = f"{months_words(months)}{text}"
    return text + (f"；同文重复 {repeats} 篇不计" if repeats else "")


def articles_by_month(articles: pl.DataFrame) -> pl.DataFrame:
    """month, kind (原创, 转载, 同文重复（不计）), count, month by month (articles.sql)."""
    named = articles.with_columns(
        pl.when(pl.col("is_repeat"))
        .then(pl.lit(REPEAT))
        .otherwise(pl.col("article_kind"))
        .alias("kind")
    )
    return (
        named.group_by("month", "kind")
        .agg(pl.len().cast(pl.Int64).alias("count"))
        .sort("month", "kind")
    )


def coverage_of(articles: pl.DataFrame, column: str, wanted: tuple[str, ...]) -> list[Row]:
    """What the plan lists and what else there is, with the articles for each: name, count,
    is_asked. Counted articles only; `column`: field or node."""
    counts: dict[str, int] = dict.fromkeys(wanted, 0)
    for name in articles.filter(pl.col("is_counted"))[column].drop_nulls().to_list():
        counts[name] = counts.get(name, 0) + 1
    return [
        {"name": name, "count": count, "is_asked": name in wanted} for name, count in counts.items()
    ]


def coverage_words(rows: list[Row]) -> str:
    """Badges: `✓ 政务诚信 12 篇`, `✕ 质量月 还没有`; what the plan does not list stands in grey."""
    words = []
    for row in rows:
        if not row["is_asked"]:
            words.append(f":gray-badge[{row['name']} {row['count']} 篇]")
        elif row["count"]:
            words.append(f":green-badge[✓ {row['name']} {row['count']} 篇]")
        else:
            words.append(f":orange-badge[○ {row['name']} 还没有]")
    return " ".join(words)


def meetings_by_kind(meetings: pl.DataFrame, months: list[str]) -> list[Row]:
    """kind, year (how many in the plan's year), period (in the months looked at), attendees."""
    kinds = [*MEETING_KINDS, *meetings["kind"].drop_nulls().unique().sort().to_list()]
    found = []
    for kind in dict.fromkeys(kinds):
        rows = meetings.filter(pl.col("kind") == kind)
        if rows.is_empty():
            continue
        found.append(
            {
                "kind": kind,
                "year": rows.height,
                "period": rows.filter(pl.col("month").is_in(months)).height,
                "attendees": int(rows["attendee_count"].sum() or 0),
            }
        )
    return found


def honours_by_kind(honours: pl.DataFrame) -> pl.DataFrame:
    """kind, level, standing, new (awarded this year and standing), revoked (honours.sql)."""
    return honours.group_by("kind", "level", maintain_order=True).agg(
        pl.col("is_standing").sum().cast(pl.Int64).alias("standing"),
        (pl.col("is_new") & pl.col("is_standing")).sum().cast(pl.Int64).alias("new"),
        (~pl.col("is_standing")).sum().cast(pl.Int64).alias("revoked"),
    )


def asked_roles(metric_ids: list[str]) -> tuple[str, ...]:
    """The roles that a plan's targets ask for, in the order of `ROLES`."""
    asked = {role for metric in metric_ids for role in ASKED_ROLES.get(metric, ())}
    return tuple(role for role in ROLES if role in asked)


def roles_by_unit(contacts: pl.DataFrame, units: list[str], asked: tuple[str, ...]) -> pl.DataFrame:
    """unit, then a column per role that is asked or filled: the masked name and since when,
    `✕ 未明确` where an asked role is empty, `—` where another is (contacts.sql). Units that lack
    an asked one come first."""
    held: dict[tuple[str, str], str] = {}
    for row in contacts.filter(pl.col("is_in_office")).iter_rows(named=True):
        since = f"{row['person_name']}（{row['valid_from']:%Y-%m} 起）"
        key = (row["unit"], row["role"])
        held[key] = f"{held[key]}、{since}" if key in held else since
    filled = {role for _, role in held}
    roles = [role for role in ROLES if role in asked or role in filled]
    rows = [
        {
            "unit": unit,
            **{
                role: held.get((unit, role)) or ("✕ 未明确" if role in asked else "—")
                for role in roles
            },
        }
        for unit in units
    ]
    rows.sort(key=lambda row: "✕ 未明确" not in row.values())
    return pl.DataFrame(rows, schema=dict.fromkeys(["unit", *roles], pl.Utf8))


def roles_finding(roles: pl.DataFrame, asked: tuple[str, ...]) -> str:
    """`联络员 44/45 家已明确` for each asked role; without any, how many units named somebody."""
    if roles.is_empty():
        return "名册里没有单位"
    if not asked:
        named = roles.filter(pl.any_horizontal(pl.exclude("unit") != "—")).height
        return f"{roles.height} 家中 {named} 家登记了人员；方案没有要求"
    parts = []
    for role in asked:
        there = roles.filter(~pl.col(role).str.starts_with("✕")).height
        parts.append(f"{role} {there}/{roles.height} 家已明确")
    return "、".join(parts)
