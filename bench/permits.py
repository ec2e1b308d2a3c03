"""A CSV of any number of permits, the same bytes each time, written by DuckDB in a stream.

Decisions of 2022 in the 2018 layout with extension columns: 15 % natural persons, 25 % individual
businesses, the rest firms; about 4 % of the rows carry a fault and 4 % are late.
"""

from __future__ import annotations

import csv
import shutil
from datetime import date, timedelta
from pathlib import Path

import duckdb

from warehouse.contracts import load_contracts

FIRMS = 40_000
PEOPLE = 20_000
# Put in order at a time, so that memory does not grow with the file.
_ROWS_AT_A_TIME = 500_000
UNITS_CSV = Path(__file__).parent.parent / "warehouse" / "plans" / "BC" / "units.csv"
_USCC_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"

# One expression per contract field over p (a running permit), f (firm), h (person), u (unit).
# A field that is not named stays empty. Odd moduli keep the faults independent of each other.
_EXPRESSIONS = {
    "counterparty_name": "case when p.is_person then h.name else f.name end",
    "counterparty_category": """case when p.is_person then '自然人'
        when f.is_individual then '个体工商户' else '法人及非法人组织' end""",
    "uscc": """case when p.is_person then ''
        when p.i % 97 = 0 then f.uscc[:17] || (case when f.uscc[18] = 'A' then 'B' else 'A' end)
        else f.uscc end""",
    "org_code": "case when p.is_person or p.i % 3 <> 0 then '' else f.uscc[9:17] end",
    "legal_rep": "case when p.is_person then '' else h.name end",
    "legal_rep_id_type": "case when p.is_person or p.i % 4 <> 0 then '' else '身份证' end",
    "legal_rep_id_no": "case when p.is_person or p.i % 4 <> 0 then '' else h.id_no end",
    "id_type": "case when p.is_person then '身份证' else '' end",
    "id_no": "case when p.is_person then h.id_no else '' end",
    "document_name": "'准予行政许可决定书'",
    "document_no": "concat('示许准字〔2022〕', p.i + 1, '号')",
    "permit_category": """case when p.i % 101 = 0 then '许可'
        else ['普通', '特许', '认可', '核准', '登记'][1 + p.i % 5] end""",
    "certificate_name": "'示例许可证'",
    "permit_no": "concat('SL', lpad(cast(p.i as varchar), 9, '0'))",
    "content": """concat('准予从事示例经营项目第', p.i % 5000, '类，经营场所位于示例街道',
        p.i % 900, '号，许可范围以许可证副本载明的事项为准。')""",
    "decision_date": "strftime(p.decided, '%Y/%m/%d')",
    "valid_from": "strftime(p.decided, '%Y/%m/%d')",
    "valid_to": "case when p.i % 103 = 0 then '2021/01/01' else '2099/12/31' end",
    "authority_name": "u.name",
    "authority_uscc": "u.uscc",
    "status": "'1'",
    "source_unit_name": "u.name",
    "source_unit_uscc": "u.uscc",
    "entered_at": "strftime(p.decided + to_days(1), '%Y/%m/%d 09:30:00')",
    "reported_at": """strftime(
        p.decided + to_days(case when p.i % 25 = 0 then 40 else 2 end), '%Y/%m/%d 16:00:00')""",
}


def write_permits(path: Path, rows: int) -> None:
    """Write the file (UTF-8, one header line) unless it is there."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as con:
        _fill(con, "firms", "i int, name varchar, uscc varchar, is_individual bool", _firms())
        _fill(con, "people", "i int, name varchar, id_no varchar", _people())
        units = _units()
        _fill(con, "units", "i int, name varchar, uscc varchar", units)
        columns = ",\n".join(
            f"{_EXPRESSIONS.get(column.field, chr(39) * 2)} as {chr(34)}{column.title}{chr(34)}"
            for column in load_contracts()["admin_permit"].columns
        )
        unfinished, part = path.with_suffix(".part"), path.with_suffix(".rows")
        with unfinished.open("wb") as whole:
            for first in range(0, max(rows, 1), _ROWS_AT_A_TIME):
                permits = f"""
                    select range as i, range % 7 = 3 as is_person,
                        date '2022-01-01' + cast(range * 31 % 340 as int) as decided
                    from range({first}, {min(first + _ROWS_AT_A_TIME, rows)})"""
                con.execute(
                    f"""copy (
                        select {columns} from ({permits}) as p
                        join firms as f on f.i = p.i * 7919 % {FIRMS}
                        join people as h on h.i = p.i * 104729 % {PEOPLE}
                        join units as u on u.i = p.i * 13 % {len(units)}
                        order by p.i
                    ) to '{part.as_posix()}' (header {first == 0}, delimiter ',')"""
                )
                with part.open("rb") as some:
                    shutil.copyfileobj(some, whole)
                part.unlink()
    unfinished.replace(path)


def _fill(
    con: duckdb.DuckDBPyConnection, table: str, columns: str, rows: list[tuple[object, ...]]
) -> None:
    con.execute(f"create table {table} ({columns})")
    marks = ", ".join("?" * len(rows[0]))
    con.begin()
    con.executemany(f"insert into {table} values ({marks})", rows)
    con.commit()


def _firms() -> list[tuple[object, ...]]:
    """Fictitious firms; region 990000 is assigned to nobody."""
    return [
        (i, f"示例{i:05d}{'经营部' if i % 3 == 0 else '有限公司'}", _uscc(i), i % 3 == 0)
        for i in range(FIRMS)
    ]


def _uscc(i: int) -> str:
    body = f"{'92' if i % 3 == 0 else '91'}990000{_org_code(i)}"
    total = sum(_USCC_SIGNS.index(sign) * pow(3, k, 31) for k, sign in enumerate(body))
    return body + _USCC_SIGNS[(31 - total % 31) % 31]


def _org_code(i: int) -> str:
    body = f"{10_000_000 + i}"
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(sign) * weight for sign, weight in zip(body, weights, strict=True))
    return body + "0123456789X0"[11 - total % 11]


def _people() -> list[tuple[object, ...]]:
    """Fictitious persons; the sequence 000 is never issued."""
    return [(i, f"{_SURNAMES[i % 16]}示例", _resident_id(i)) for i in range(PEOPLE)]


def _resident_id(i: int) -> str:
    born = date(1950, 1, 1) + timedelta(days=i)
    body = f"990000{born:%Y%m%d}000"
    total = sum(int(sign) * weight for sign, weight in zip(body, _ID_WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def _units() -> list[tuple[object, ...]]:
    with UNITS_CSV.open(encoding="utf-8", newline="") as file:
        powers = [row for row in csv.DictReader(file) if row["ranking_group"] == "power"]
    return [(i, row["name"], row["uscc"]) for i, row in enumerate(powers)]
