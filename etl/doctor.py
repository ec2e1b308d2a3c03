"""The doctor: what this machine and this home are like, and what should be done about it."""

from __future__ import annotations

import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

import duckdb
import polars as pl
from filelock import FileLock, Timeout

from etl.build import product_version
from warehouse import files
from warehouse.calendar import load_calendar
from warehouse.home import Home, HomeError, key_path
from warehouse.journal import Journal, JournalError

_OLDEST_DUCKDB = (1, 5, 6)
_OLDEST_PYTHON = (3, 11)


@dataclass(frozen=True)
class Check:
    """One thing looked at: `detail` is what was found, `advice` what to do (both Chinese)."""

    name: str
    status: Literal["ok", "warning", "error"]
    detail: str
    advice: str = ""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def examine(home: Home | None, root: Path, today: date) -> list[Check]:
    """All checks; those of the home only if there is one."""
    checks = [*_software(), _disk(home, root), _calendar(home, today)]
    if home is None:
        detail = f"{root} 还没有数据目录"
        return [*checks, Check("数据目录", "ok", detail, "运行 load 或 demo 时自动建立。")]
    return [*checks, *_home(home)]


def _software() -> Iterator[Check]:
    yield Check("本程序", "ok", product_version())
    old = sys.version_info[:2] < _OLDEST_PYTHON
    yield Check(
        "Python",
        "error" if old else "ok",
        platform.python_version(),
        "请换用 Python 3.11 或更新的版本。" if old else "",
    )
    parts = tuple(int(part) for part in duckdb.__version__.split(".")[:3] if part.isdigit())
    old = parts < _OLDEST_DUCKDB
    yield Check(
        "DuckDB", "error" if old else "ok", duckdb.__version__, "请重新安装。" if old else ""
    )


def _disk(home: Home | None, root: Path) -> Check:
    there = next(folder for folder in (root, *root.absolute().parents) if folder.exists())
    free = shutil.disk_usage(there).free / 1e6
    reserve = home.config.min_free_mb if home is not None else 512
    if free < reserve:
        return Check("磁盘", "error", f"剩 {free:,.0f} MB", f"少于 {reserve} MB，请腾出空间。")
    return Check("磁盘", "ok", f"剩 {free:,.0f} MB")


def _calendar(home: Home | None, today: date) -> Check:
    calendar = load_calendar(home.calendar_path if home is not None else None)
    days = calendar.rows().filter(pl.col("is_published"))
    years = days["date"].dt.year().unique().sort().to_list()
    detail = f"已公布 {years[0]}–{years[-1]} 年" if years else "没有已公布的年份"
    missing = [year for year in (today.year, today.year + 1) if year not in years]
    if not missing:
        return Check("工作日历", "ok", detail)
    return Check(
        "工作日历",
        "warning" if today.year in missing else "ok",
        detail,
        f"{'、'.join(map(str, missing))} 年放假通知公布后，用 citycredit calendar add 补入。",
    )


def _home(home: Home) -> Iterator[Check]:
    yield Check("数据目录", "ok", str(home.root))
    try:
        home.key()
        yield Check("身份密钥", "ok", str(key_path(home.home_id)), "请与数据目录分开备份。")
    except HomeError as error:
        yield Check("身份密钥", "error", str(error))
    yield _lock(home)
    try:
        batches = Journal(home).batches()
    except JournalError as error:
        yield Check("日志账", "error", str(error))
        return
    counts = {state: sum(b.state == state for b in batches) for state in ("accepted", "held")}
    held = _some(b.batch_id for b in batches if b.state == "held")
    yield Check(
        "批次",
        "warning" if counts["held"] else "ok",
        f"已接受 {counts['accepted']} 个，暂挂 {counts['held']} 个",
        f"用 citycredit accept 或 withdraw 处理：{held}" if held else "",
    )
    cached = list(home.cache.glob("*.parquet"))
    size = sum(path.stat().st_size for path in cached) / 1e6
    yield Check("缓存", "ok", f"{len(cached)} 个文件，{size:,.1f} MB", "可随时删去，只影响速度。")
    orphans = list(find_orphans(home))
    if orphans:
        size = sum(path.stat().st_size for path in orphans) / 1e6
        yield Check(
            "残留文件",
            "ok",
            f"{len(orphans)} 个，{size:,.1f} MB：{_some(p.name for p in orphans)}",
            "是被中断的写入留下的，不影响使用；临时文件在下一次写入时自动清理。",
        )
    else:
        yield Check("残留文件", "ok", "没有")


def _lock(home: Home) -> Check:
    probe = FileLock(home.root / "writer.lock")
    try:
        with probe.acquire(timeout=0):
            return Check("写入锁", "ok", "空闲")
    except Timeout:
        return Check("写入锁", "ok", "另一个程序正在写入", "请等它结束。")


def find_orphans(home: Home) -> Iterator[Path]:
    """Files that no batch and no version refers to."""
    batches = Journal(home).batches()
    originals = {b.sha256 for b in batches}
    landing = {b.landing for b in batches}
    for path in sorted(home.originals.glob("*/*")):
        if path.name not in originals:
            yield path
    for path in sorted(home.landing.iterdir()):
        if path.name not in landing:
            yield path
    for folder in (home.versions, home.scratch, home.cache, home.root):
        yield from sorted(p for p in folder.iterdir() if files.is_temporary(p.name))


def _some(names: Iterator[str]) -> str:
    listed = list(names)
    return "、".join(listed[:5]) + (" 等" if len(listed) > 5 else "")
