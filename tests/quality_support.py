"""A small staged warehouse for the tests of rules, runner and gate: real derive, real models."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from warehouse.calendar import load_calendar
from warehouse.contracts import Contract, load_contracts
from warehouse.derive import derive, derived_columns
from warehouse.engines import open_warehouse
from warehouse.masking import IdentityHash
from warehouse.models import run_models
from warehouse.plans import load_plans
from warehouse.reference import load_reference

CONTRACTS = load_contracts()
RECEIVED = date(2022, 7, 5)
UNIT_CODE = "11990000BC0000047W"
UNIT_NAME = "示例单位04（市场监管类）"

_AUTHORITY = {
    "authority_name": UNIT_NAME,
    "authority_uscc": UNIT_CODE,
    "source_unit_name": UNIT_NAME,
    "source_unit_uscc": UNIT_CODE,
}
_COMPANY = {
    "counterparty_name": "示例商贸有限公司",
    "counterparty_category": "法人及非法人组织",
    "uscc": "91110000600037341L",
    "legal_rep": "张三",
}
PERMIT = {
    **_COMPANY,
    **_AUTHORITY,
    "document_name": "食品经营许可决定书",
    "document_no": "示市监许字〔2022〕12号",
    "permit_category": "普通",
    "certificate_name": "食品经营许可证",
    "permit_no": "JY11101010000001",
    "content": "准予从事预包装食品销售",
    "decision_date": "2022/06/30",
    "valid_from": "2022/06/30",
    "valid_to": "2027/06/29",
    "status": "1",
}
PENALTY = {
    **_COMPANY,
    **_AUTHORITY,
    "document_no": "示市监罚字〔2022〕12号",
    "violation_type": "违反食品安全管理规定",
    "violation_facts": "销售超过保质期的食品",
    "penalty_basis": "《中华人民共和国食品安全法》第一百二十四条",
    "penalty_category": "警告;罚款",
    "penalty_content": "1.警告；2.罚款5000元",
    "fine_wan_yuan": "0.5",
    "decision_date": "2022/06/30",
    "valid_to": "2023/06/30",
    "publicity_until": "2023/07/30",
}
PERSON = {
    "counterparty_name": "李四",
    "counterparty_category": "自然人",
    "uscc": "",
    "legal_rep": "",
    "id_type": "身份证",
    "id_no": "11010519491231002X",
}
TASK = {
    "task_id": "BC-03-4",
    "unit_name": UNIT_NAME,
    "report_date": "2022/06/30",
    "status": "进行中",
    "progress_pct": "60",
}
BASES = {"admin_permit": PERMIT, "admin_penalty": PENALTY, "task_status": TASK}


@dataclass
class Handed:
    """One batch to stage: its rows are changes to the clean row of the ledger (or whole rows)."""

    ledger: str
    rows: Sequence[Mapping[str, str | None]]
    received: date = RECEIVED
    standard: str = ""
    sha256: str = ""
    replaces: str | None = None
    department: str | None = None
    header_fields: list[str] | None = None
    extra: dict[str, Any] = field(default_factory=dict)


@cache
def _bare(as_of: date) -> str:
    """A warehouse of place BC without batches, known on that day: what all small ones begin with.

    Gives its file, which is copied: making these tables takes longer than most tests.
    """
    path = Path(tempfile.mkdtemp()) / "bare.duckdb"
    atexit.register(shutil.rmtree, path.parent, ignore_errors=True)
    with duckdb.connect(str(path)) as con:
        load_reference(con, {"BC": load_plans()["BC"]}, load_calendar(None), as_of, "build")
        con.execute("create schema meta; create schema raw; create schema staging")
        for contract in CONTRACTS.values():
            _create_raw(con, contract)
    return path.as_posix()


def stage(*handed: Handed, as_of: date = date(2022, 12, 31)) -> duckdb.DuckDBPyConnection:
    """An in-memory warehouse with these batches (B000001, …) of place BC, staged."""
    con = open_warehouse()
    con.execute(f"attach '{_bare(as_of)}' as bare (read_only)")
    con.execute("copy from database bare to memory; detach bare")
    con.execute(
        "create table meta.batches (batch_id varchar, sequence integer, state varchar, "
        "file_name varchar, sha256 varchar, sheet_name varchar, ledger varchar, standard varchar, "
        "header_row integer, place_id varchar, plan_id varchar, department varchar, "
        "department_unit_id varchar, received_date date, rows bigint, replaces_batch_id varchar, "
        "is_replaced boolean, header_fields varchar[])"
    )
    replaced = {h.replaces for h in handed}
    for sequence, one in enumerate(handed, start=1):
        batch_id = f"B{sequence:06d}"
        contract = CONTRACTS[one.ledger]
        con.execute(
            "insert into meta.batches values (?, ?, 'accepted', ?, ?, '', ?, ?, 1, 'BC', 'BC', "
            "null, ?, ?, ?, ?, ?, ?)",
            [
                batch_id,
                sequence,
                f"{batch_id}.csv",
                one.sha256 or batch_id,
                one.ledger,
                one.standard or contract.standards[0].id,
                one.department,
                one.received,
                len(one.rows),
                one.replaces,
                batch_id in replaced,
                one.header_fields or list(contract.fields),
            ],
        )
    for ledger in {one.ledger: None for one in handed}:
        _fill_raw(con, CONTRACTS[ledger], handed)
    run_models(con, "staging")
    return con


_LINEAGE = {
    "batch_id": "varchar", "sequence": "integer", "file_name": "varchar", "sheet_name": "varchar",
    "received_date": "date", "place_id": "varchar", "plan_id": "varchar", "is_replaced": "boolean",
}  # fmt: skip


def _create_raw(con: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    shape = {
        **dict.fromkeys([*contract.fields, "_extra"], "varchar"),
        "row_number": "bigint",
        **derived_columns(contract),
        **_LINEAGE,
    }
    columns = ", ".join(f'"{n}" {t}' for n, t in shape.items() if not n.endswith("__masked"))
    con.execute(f"create table raw.{contract.ledger} ({columns})")


def _fill_raw(con: duckdb.DuckDBPyConnection, contract: Contract, handed: Sequence[Handed]) -> None:
    for number, one in enumerate(handed, start=1):
        if one.ledger != contract.ledger:
            continue
        base = BASES.get(contract.ledger, {})
        rows = [
            {f: {**base, **row}.get(f) for f in contract.fields}
            | {"_extra": None, "row_number": position}
            for position, row in enumerate(one.rows, start=2)
        ]
        schema: dict[str, Any] = {
            **dict.fromkeys(contract.fields, pl.Utf8),
            "_extra": pl.Utf8,
            "row_number": pl.Int64,
        }
        frame = pl.DataFrame(rows, schema=schema)
        derived = derive(con, frame, contract, one.received, IdentityHash(b"test"))
        masked = [c for c in derived.columns if c.endswith("__masked")]
        shown = [f'"{c}" as "{c.removesuffix("__masked")}"' for c in masked]
        kept = [
            f'"{c}"' for c in derived.columns if c not in masked and f"{c}__masked" not in masked
        ]
        landed = derived.project(
            ", ".join([*kept, *shown])
            + f", 'B{number:06d}' as batch_id, {number}::integer as sequence, "
            f"'B{number:06d}.csv' as file_name, '' as sheet_name, "
            f"date '{one.received}' as received_date, 'BC' as place_id, 'BC' as plan_id, "
            f"{any(h.replaces == f'B{number:06d}' for h in handed)} as is_replaced"
        )
        landed.create("landed_rows")
        con.execute(f"insert into raw.{contract.ledger} by name select * from landed_rows")
        con.execute("drop table landed_rows")
