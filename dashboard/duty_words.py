"""Hand-ins in words and signs: how many are owed, in, nil and out on a day, by duty and by unit.

Pure: frames of plan_obligations.sql in, words and frames out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from dashboard.wording import day

# State -> its sign, from the one that matters most to the one that matters least.
SIGNS = {
    "未交": "✕",
    "迟交": "▲",
    "零报送（迟）": "△",
    "未到期": "·",
    "按时": "✓",
    "零报送": "○",
}
# Where a cell is narrow.
SHORT = {"零报送（迟）": "零报迟"}
_NIL = ("零报送", "零报送（迟）")
_IN = ("按时", "迟交")
MAX_NAMES = 8


@dataclass(frozen=True)
class Tally:
    """How many hand-ins are owed, in, declared nil and still out; `units`: of how many units."""

    owed: int
    received: int
    nil: int
    out: int
    units: int
    worst: str | None  # the state that matters most; None when nothing is owed

    @property
    def words(self) -> str:
        """`应收 17 家，已收 12，零报送 1，未收 4`; 家次 where a unit owes more than one thing."""
        noun = "家" if self.owed == self.units else "家次"
        parts = [f"应收 {self.owed} {noun}", f"已收 {self.received}"]
        parts += [f"零报送 {self.nil}"] if self.nil else []
        return "，".join([*parts, f"未收 {self.out}"])


def tally(owed: pl.DataFrame) -> Tally:
    """Count the hand-ins of a frame."""
    states = owed["state"].to_list()
    return Tally(
        owed=len(states),
        received=sum(state in _IN for state in states),
        nil=sum(state in _NIL for state in states),
        out=sum(state not in _IN and state not in _NIL for state in states),
        units=owed["unit_id"].n_unique(),
        worst=next((state for state in SIGNS if state in states), None),
    )


def tally_days(owed: pl.DataFrame) -> dict[date, Tally]:
    """due day -> its tally, in order."""
    days = owed.group_by("due_date", maintain_order=True)
    return dict(sorted((key[0], tally(rows)) for key, rows in days))


def today_words(owed: pl.DataFrame, today: date) -> list[str]:
    """What falls due on the day the page is about, a line per duty with the names of those that
    are out; when nothing does, what comes next."""
    due = owed.filter(pl.col("due_date") == today)
    if not due.is_empty():
        return [f"{duty}：{line}" for duty, line in _by_duty(due)]
    later = owed.filter(pl.col("due_date") > today)
    if later.is_empty():
        return ["当日没有到期的报送，方案年度内也没有以后的到期日"]
    following = later["due_date"].min()
    assert isinstance(following, date)
    lines = [f"{duty}：{line}" for duty, line in _by_duty(_due_on(later, following))]
    return [f"当日没有到期的报送；下一个到期日 {day(following)}：{'；'.join(lines)}"]


def month_words(owed: pl.DataFrame, month: str) -> str:
    """The finding of a month: `6 月 2 个到期日，应收 29 家次，已收 25，零报送 2，未收 2`."""
    if owed.is_empty():
        return f"{month}没有到期的报送"
    return f"{month} {owed['due_date'].n_unique()} 个到期日，{tally(owed).words}"


def _due_on(owed: pl.DataFrame, when: date) -> pl.DataFrame:
    return owed.filter(pl.col("due_date") == when)


def _by_duty(owed: pl.DataFrame) -> list[tuple[str, str]]:
    """(duty, its counts and the names of those that are out), in the plan's order."""
    found = []
    for key, rows in owed.group_by("duty", maintain_order=True):
        out = rows.filter(pl.col("state").is_in(["未交", "未到期"]))["unit"].to_list()
        names = "、".join(out[:MAX_NAMES]) + (" 等" if len(out) > MAX_NAMES else "")
        found.append((str(key[0]), tally(rows).words + (f"（{names}）" if out else "")))
    return found


ALL_DUTIES = "全部义务"
UNIT = "unit"


def matrix(owed: pl.DataFrame, duty: str | None = None) -> pl.DataFrame:
    """A row per unit in the order of the roster, a column per duty, or per period of one duty.

    A cell says how many were on time of those judged, and how often which other state was reached
    (`9/11　✕ 1　▲ 1`); with one duty the state in sign and word (`✕ 未交`). Empty where the unit
    owes nothing; units that never owe the one duty are left out.
    """
    chosen = (owed if duty is None else owed.filter(pl.col("duty") == duty)).sort(
        "unit_order", maintain_order=True
    )
    by = "duty" if duty is None else "period_covered"
    words = _sum_words if duty is None else _state_words
    columns = list(dict.fromkeys(map(str, chosen.sort("due_date", maintain_order=True)[by])))
    states: dict[str, dict[str, list[str]]] = {}
    for unit, column, state in chosen.select("unit", by, "state").rows():
        states.setdefault(unit, {}).setdefault(column, []).append(state)
    rows = [
        {UNIT: unit, **{column: words(cells.get(column, [])) for column in columns}}
        for unit, cells in states.items()
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys([UNIT, *columns], pl.Utf8))


def _state_words(states: list[str]) -> str:
    return f"{SIGNS[states[0]]} {SHORT.get(states[0], states[0])}" if states else ""


def _sum_words(states: list[str]) -> str:
    if not states:
        return ""
    judged = [state for state in states if state != "未到期"]
    on_time = sum(state in ("按时", "零报送") for state in judged)
    others = [f"{sign} {states.count(s)}" for s, sign in SIGNS.items() if s in states]
    share = f"{on_time}/{len(judged)}" if judged else "—"
    return "　".join([share, *others])


def worst_of_cell(text: str) -> str | None:
    """The state that matters most in a cell of `matrix`; None for an empty one."""
    return next((state for state, sign in SIGNS.items() if sign in text), None)


LEGEND = (
    "9/11：按期（含零报送）/ 已到期或已报送　✓ 按时　▲ 迟交　○ 零报送（已申报无事项）　"
    "△ 零报送（迟）　✕ 未交（没有任何报送）　· 未到期　空白 不适用"
)
