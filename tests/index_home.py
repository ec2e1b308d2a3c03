"""A home with index ledgers for page tests: YC (its own city), HY (the city above), NN (none).

As known on 2020-12-20 (YC) and 2021-07-20 (HY): figures are invented.
"""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from etl.pipeline import LoadResult, Pipeline
from tests.semantics.town import other_plan
from warehouse.home import Home

Row = dict[str, str]
SOURCE = "示例省城市信用监测简报"

# (month, rank, score, version): 118 → 96; the version changes after March.
MONTHS = [
    ("2019-12", 118, 78.10, "2019"), ("2020-03", 112, 78.90, "2019"),
    ("2020-06", 104, 80.00, "2020"), ("2020-09", 101, 80.20, "2020"),
    ("2020-11", 96, 80.60, "2020"),
]  # fmt: skip
# The known field of November: 80 lies between the 79th and the 82nd.
FIELD = [(79, 81.90), (82, 81.60), (95, 80.65), (98, 80.50), (100, 80.42), (103, 80.20)]
INDICATORS = [
    ("A1", "20", "17.2"), ("A2", "21", "16.4"), ("A3", "43", "34.5"), ("A4", "16", "12.5"),
    ("B01", "5", "4.5"), ("B02", "7", "6.1"), ("B03", "6", "4.8"), ("B04", "2", "1.8"),
    ("B05", "13", "9.9"), ("B06", "2", "1.6"), ("B07", "3", "2.2"), ("B08", "3", "2.7"),
    ("B09", "8", "6.3"), ("B10", "4", "3.4"), ("B11", "31", "24.8"), ("B12", "4", "3.1"),
    ("B13", "4", "3.0"), ("B14", "4", "3.4"), ("B15", "4", "3.0"),
    ("C03", "4", "3.5"), ("C04", "3", "2.5"), ("C13", "4", "3.0"), ("C16", "10", "8.0"),
    ("C08", "6", "4.1"),
]  # fmt: skip


def city(name: str, month: str, rank: int | None, points: float, **cells: str) -> Row:
    """One row of the ledger city_index."""
    row = {
        "城市": name, "期次": month, "指标版本": "2020", "分组": "地级市", "分组城市数": "261",
        "得分": f"{points:.2f}", "满分": "100", "名次": "" if rank is None else str(rank),
        "数据性质": "官方", "公布日期": "", "来源文件": SOURCE, "备注": "",
    }  # fmt: skip
    return row | cells


def part(name: str, month: str, indicator_id: str, full: str, points: str) -> Row:
    """One row of the ledger city_index_indicator."""
    return {
        "城市": name, "期次": month, "指标版本": "2020", "指标编号": indicator_id, "指标名称": "",
        "满分": full, "得分": points, "数据性质": "官方", "来源文件": SOURCE, "备注": "",
    }  # fmt: skip


def province(name: str, period: str, rank: int, day: str, **cells: str) -> Row:
    """One row of the ledger external_assessment."""
    row = {
        "考核名称": "示例省信用工作考核", "指标编号": "provincial_assessment_rank",
        "考核单位": "示例省信用办", "被考核单位": name, "期次": period, "得分": "88.5",
        "满分": "100", "名次": str(rank), "参评数": "13", "公布日期": day, "文号": "", "备注": "",
    }  # fmt: skip
    return row | cells


def build_index_home(folder: Path) -> Home:
    """Load the files of both places and publish; NN has a plan and no data."""
    home = Home.open(folder / "home", create=True)
    plan = other_plan(home.plans / "NN", 2021)
    text = (plan / "plan.toml").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("index_")]
    at = next(n for n, line in enumerate(lines) if line.startswith("is_sample"))
    lines.insert(at, 'index_scope = "none"')
    (plan / "plan.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    scores = [
        city("盐城市", month, rank, points, 指标版本=version)
        for month, rank, points, version in MONTHS
    ]
    scores += [city(f"示例{n}市", "2020-11", *known) for n, known in enumerate(FIELD, start=1)]
    scores.append(city("盐城市", "2020-12", None, 80.9, 数据性质="测算", 来源文件="本办估算"))
    _load(
        home, folder, "YC", "2020-12-20", scores,
        [part("盐城市", "2020-11", *told) for told in INDICATORS],
        [
            province("盐城市", "2019", 9, "2020/03/10"),
            province("盐城市", "2020-Q3", 7, "2020/11/02"),
        ],
    )  # fmt: skip
    _load(
        home, folder, "HY", "2021-07-20",
        [city("济南市", "2021-06", 12, 86.3, 分组="36城组", 分组城市数="36")],
        [part("济南市", "2021-06", "B02", "7", "6.4"), part("济南市", "2021-06", "B12", "4", "4")],
        [],
    )  # fmt: skip
    return home


def _load(home: Home, folder: Path, plan: str, day: str, *ledgers: list[Row]) -> LoadResult:
    paths = []
    for number, rows in enumerate(ledgers):
        if rows:
            path = folder / f"{plan}-{number}.csv"
            with path.open("w", encoding="utf-8-sig", newline="") as handle:
                writer = csv.DictWriter(handle, list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)
            paths.append(path)
    result = Pipeline(home, date(2026, 1, 1)).load(paths, plan, received=date.fromisoformat(day))
    assert not result.problems, result.problems
    return result
