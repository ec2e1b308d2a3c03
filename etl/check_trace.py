"""Whose rows a checked file holds, what they are about, and which obligations they answer.

For the clerk's desk. The same models decide as in a build (`marts.hand_ins`), on the file alone:
what was handed in before is not asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from warehouse.contracts import Contract
from warehouse.journal import Batch
from warehouse.models import run_models

UNKNOWN_UNIT = "(未识别单位)"
_MODEL = "hand_ins"
Obligation = tuple[str, str, str]
"""Duty id, unit id, period covered."""


@dataclass(frozen=True)
class Origin:
    """Where a sheet comes from: `unit_id` is the unit told above its header, else the single one
    of its rows, else None. `units`: (unit id, name, rows), most rows first. `periods`: the months
    of its days, or the periods that its rows name."""

    sheet: str
    ledger: str
    unit_id: str | None
    units: tuple[tuple[str, str, int], ...]
    periods: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """An obligation that rows of the file answer; `way`: rows, submission, nil, contradicted."""

    duty_id: str
    duty: str
    unit_id: str
    unit: str
    period_covered: str
    due_date: date
    handed_in: date
    way: str

    @property
    def obligation(self) -> Obligation:
        return self.duty_id, self.unit_id, self.period_covered

    @property
    def is_late(self) -> bool:
        return self.handed_in > self.due_date


@dataclass(frozen=True)
class Trace:
    """What `trace` found, sheet by sheet and obligation by obligation."""

    origins: tuple[Origin, ...]
    answers: tuple[Answer, ...]

    @property
    def unit_ids(self) -> tuple[str, ...]:
        """The units that the file comes from, each once; none where no sheet tells."""
        return tuple(dict.fromkeys(o.unit_id for o in self.origins if o.unit_id is not None))

    @property
    def periods(self) -> tuple[str, ...]:
        return tuple(sorted({period for origin in self.origins for period in origin.periods}))


def trace(
    con: duckdb.DuckDBPyConnection,
    batches: Sequence[Batch],
    contracts: Mapping[str, Contract],
) -> Trace:
    """Trace the sheets of a check, whose staging models have run on `con`."""
    run_models(con, "marts", only={_MODEL})
    return Trace(
        tuple(_origin(con, batch, contracts[batch.ledger]) for batch in batches), _answers(con)
    )


def _origin(con: duckdb.DuckDBPyConnection, batch: Batch, contract: Contract) -> Origin:
    units = con.sql(
        f"""
        select s.unit_id, coalesce(any_value(u.name), s.unit_id), count(*)
        from staging.{batch.ledger} as s
        left join ref.units as u on u.plan_id = s.plan_id and u.unit_id = s.unit_id
        where s.batch_id = ? and s.unit_id is not null
        group by 1
        order by 3 desc, 1
        """,  # noqa: S608 - the ledger is one of our contracts
        params=[batch.batch_id],
    ).fetchall()
    told = con.sql(
        "select department_unit_id from meta.batches where batch_id = ?", params=[batch.batch_id]
    ).fetchall()
    return Origin(
        sheet=batch.sheet_name,
        ledger=batch.ledger,
        unit_id=told[0][0],
        units=tuple((str(u), str(name), int(rows)) for u, name, rows in units),
        periods=_periods(con, batch, contract),
    )


def _periods(con: duckdb.DuckDBPyConnection, batch: Batch, contract: Contract) -> tuple[str, ...]:
    named = [column.field for column in contract.columns if column.type == "period"]
    if named:
        query = f"select distinct {named[0]}__norm from staging.{batch.ledger} where batch_id = ?"  # noqa: S608
    else:
        query = (
            "select distinct strftime(event_date, '%Y-%m') from marts.ledger_days "
            "where batch_id = ?"
        )
    found = con.sql(query, params=[batch.batch_id]).fetchall()
    return tuple(sorted(str(label) for (label,) in found if label))


def _answers(con: duckdb.DuckDBPyConnection) -> tuple[Answer, ...]:
    rows = con.sql(
        """
        select o.duty_id, d.title, o.unit_id, coalesce(u.name, o.unit_id), o.period_covered,
            o.due_date, h.handed_in_date, h.way
        from marts.hand_ins as h
        join ref.obligations as o
            on h.plan_id = o.plan_id and h.duty_id = o.duty_id and h.unit_id = o.unit_id
            and h.period_covered = o.period_covered
        join ref.duties as d on o.plan_id = d.plan_id and o.duty_id = d.duty_id
        left join ref.units as u on o.plan_id = u.plan_id and o.unit_id = u.unit_id
        order by o.due_date, d.sort_order, u.sort_order, h.way
        """
    ).fetchall()
    return tuple(Answer(*row) for row in rows)
