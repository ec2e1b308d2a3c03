"""What the places beside BC share: three kinds of sample units, and how their figures run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .detail import Sender, Shape
from .layouts import Layout
from .model import PENALTY, PERMIT
from .office import Habits
from .place import Place
from .town import PENALTY_KINDS, PERMIT_KINDS
from .upper import Above

BUILDING, HEALTH, CITY = "building", "health", "city"
_PERMITS = {
    BUILDING: PERMIT_KINDS["U07"],
    HEALTH: [k for k in PERMIT_KINDS["U14"] if "学校" not in k[0]],
    CITY: [
        ("临时占用道路许可决定书", "普通", "", "准予临时占用城市道路", 1),
        ("户外广告设置许可决定书", "普通", "户外广告设置许可证", "准予设置户外广告设施", 2),
    ],
}
_PENALTIES = {
    BUILDING: PENALTY_KINDS["U07"],
    HEALTH: [
        (
            "违反公共场所卫生规定",
            "未按规定检测公共场所卫生指标",
            "《公共场所卫生管理条例》第十四条",
            "警告;罚款",
        ),
        ("违反医疗机构管理规定", "诊疗活动超出登记范围", "《医疗机构管理条例》第四十七条", "罚款"),
    ],
    CITY: PENALTY_KINDS["U13"],
}  # fmt: skip
_HEADS = {BUILDING: "住建", HEALTH: "卫健", CITY: "城管"}
_MIX = {BUILDING: (5, 0), HEALTH: (10, 30), CITY: (45, 25)}
_MISTAKES = {
    BUILDING: {
        PERMIT: ("validity_backwards", "no_code", "bare_other", "unknown_category"),
        PENALTY: ("penalty_ends_early", "no_facts"),
    },
    HEALTH: {
        PERMIT: ("wrong_check_digit", "firm_as_business", "no_content", "business_as_firm"),
        PENALTY: ("fine_missing",),
    },
    CITY: {
        PERMIT: ("no_title", "odd_permit_category"),
        PENALTY: ("person_without_id", "fine_in_yuan", "odd_id_type", "business_as_firm"),
    },
}


@dataclass(frozen=True)
class Sample:
    """Everything that makes one place's sample."""

    place: Place
    shape: Shape
    habits: Habits
    above: Above
    seed: int


def make_place(plan_id: str, year: int, roles: dict[str, str], **more: object) -> Place:
    """The place of three sample units; `more` holds the scale and the lateness."""
    units = {role: short for short, role in roles.items()}
    facts: dict[str, object] = {
        "permit_shares": {units[BUILDING]: 30, units[HEALTH]: 55, units[CITY]: 15},
        "penalty_shares": {units[BUILDING]: 15, units[HEALTH]: 25, units[CITY]: 60},
        "party_mix": {s: _MIX[r] for s, r in roles.items()},
        "permit_kinds": {s: _PERMITS[r] for s, r in roles.items()},
        "penalty_kinds": {s: _PENALTIES[r] for s, r in roles.items()},
        "document_heads": {s: plan_id + _HEADS[r] for s, r in roles.items()},
        "last_report": date(year + 1, 1, 14),
    }
    return Place(plan_id=plan_id, year=year, **{**facts, **more})  # type: ignore[arg-type]


def make_senders(
    roles: dict[str, str], bad: str, times: tuple[str, ...] = (), unpublished_every: int = 0
) -> dict[str, Sender]:
    """The building office sends workbooks with a title, the health office plain ones, the city
    management a CSV of the old encoding."""
    found = {}
    for short, role in roles.items():
        drawn = {
            BUILDING: Layout(title="双公示信息报送表", unit_line="", serial=True, extensions=times),
            HEALTH: Layout(dates="dash", extensions=times),
            CITY: Layout(dates="dot", extensions=times),
        }[role]
        found[short] = Sender(
            layout=drawn,
            day={BUILDING: 9, HEALTH: 7, CITY: 10}[role],
            is_csv=role == CITY,
            errors_per_mille=70 if role == bad else 10,
            mistakes=_MISTAKES[role],
            unpublished_every=unpublished_every,
        )
    return found


def ramp(first: float, last: float, start: int = 1) -> tuple[float, ...]:
    """A straight path over the months from `start` on."""
    steps = 12 - start
    return tuple(round(first + (last - first) * max(0, m - start) / steps, 1) for m in range(1, 13))


def monthly(total: int, weights: tuple[int, ...]) -> tuple[float, ...]:
    """A year's total dealt over the months by weights; the last month takes the rest."""
    parts = [total * w // sum(weights) for w in weights]
    parts[-1] += total - sum(parts)
    return tuple(float(p) for p in parts)


YEAR = (8, 6, 7, 8, 9, 10, 9, 8, 9, 7, 8, 11)


def make_shares(plan_id: str, told: dict[int, int], rest: range, each: int) -> dict[str, int]:
    found = {f"{plan_id}-U{n:02d}": share for n, share in told.items()}
    for n in rest:
        found.setdefault(f"{plan_id}-U{n:02d}", each)
    return found
