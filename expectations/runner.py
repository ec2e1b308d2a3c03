"""Runs the rules over the staged rows: one INSERT per rule and ledger, so that one that crashes
stands alone.

Fills `quality.rule_results` (one row per rule, ledger and batch: rule_id, ledger, batch_id,
severity, kind, status, checked, failed, error) and `quality.violations` (one row per violating row
and marked column: rule_id, ledger, batch_id, severity, row_id, row_number, field, value, message).
`checked` and `failed` count rows. `status`: passed, failed, errored (the rule itself crashed, which
says nothing about the rows), not_applicable (no row, not in force, or it needs what is not here).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

import duckdb

from expectations.rules import Rule, load_rules
from expectations.statements import found_by_query, found_by_row, in_force, macros
from warehouse.contracts import Contract, load_contracts

Progress = Callable[[int, int], None]

_TABLES = (
    "create schema if not exists quality",
    "create table if not exists quality.rule_results (rule_id varchar, ledger varchar, "
    "batch_id varchar, severity varchar, kind varchar, status varchar, checked bigint, "
    "failed bigint, error varchar)",
    "create table if not exists quality.violations (rule_id varchar, ledger varchar, "
    "batch_id varchar, severity varchar, row_id bigint, row_number bigint, field varchar, "
    "value varchar, message varchar)",
)

_VIOLATIONS = """
    insert into quality.violations
    select
        $rule_id, $ledger, batch_id, severity, row_id, row_number, field, value,
        replace(replace(message, '{value}', coalesce(value, '')), '{detail}', coalesce(detail, ''))
    from found
"""

# The worst severity found stands for the batch; the rule's own where nothing was found.
_RESULTS = """
    insert into quality.rule_results
    with failures as (
        select
            batch_id,
            count(distinct row_id) as failed,
            case
                when bool_or(severity = 'concealed') then 'concealed'
                when bool_or(severity = 'error') then 'error'
                when bool_or(severity = 'late') then 'late'
                else 'warning'
            end as severity
        from found
        group by 1
    )
    select
        $rule_id, $ledger, b.batch_id, coalesce(f.severity, $severity), $kind,
        case
            when f.failed > 0 then 'failed'
            when b.is_judged and b.rows > 0 then 'passed'
            else 'not_applicable'
        end,
        case when b.is_judged then b.rows else 0 end,
        coalesce(f.failed, 0),
        null
    from judged_batches as b
    left join failures as f on b.batch_id = f.batch_id
    where b.ledger = $ledger
"""

_OUTRIGHT = """
    insert into quality.rule_results
    select $rule_id, $ledger, b.batch_id, $severity, $kind, $status, 0, 0, $error
    from meta.batches as b
    where b.ledger = $ledger
"""

_MISSING_COLUMNS = """
    select
        b.batch_id, b.sequence::bigint * 1000000000 + coalesce(b.header_row, 0) as row_id,
        b.header_row::bigint as row_number, null::varchar as field, $severity as severity,
        null::varchar as value, string_agg(c.title, '、' order by c.position) as detail,
        $message as message
    from known.batches as b
    join needed_columns as c
        on b.ledger = c.ledger and b.standard = c.standard
        and not list_contains(b.header_fields, c.field)
    where b.ledger = $ledger
    group by all
"""


def run_rules(
    con: duckdb.DuckDBPyConnection,
    ledgers: Iterable[str],
    *,
    rules: Sequence[Rule] | None = None,
    contracts: Mapping[str, Contract] | None = None,
    skip_kinds: frozenset[str] = frozenset(),
    progress: Progress | None = None,
) -> None:
    """Judge every row of `staging.<ledger>` by every rule of its ledger.

    Needs `meta.batches`, `ref.*` and the staging tables. Where there is no schema `known`, what is
    known is what is staged (a build); a check makes its own before. `skip_kinds`: rules of these
    kinds are not applicable here. `progress(done, total)` is told after each rule.
    Rows of the same ledgers from a former run are replaced.
    """
    contracts = contracts or load_contracts()
    wanted = [ledger for ledger in ledgers if ledger in contracts]
    chosen = load_rules() if rules is None else rules
    work = [(rule, ledger) for rule in chosen for ledger in wanted if ledger in rule.ledgers]
    for statement in (*_TABLES, *macros()):
        con.execute(statement)
    for ledger in wanted:
        con.execute("delete from quality.rule_results where ledger = ?", [ledger])
        con.execute("delete from quality.violations where ledger = ?", [ledger])
    is_own = _make_known(con, contracts)
    try:
        for done, (rule, ledger) in enumerate(work, start=1):
            _run(con, rule, contracts[ledger], skip_kinds)
            if progress:
                progress(done, len(work))
    finally:
        con.execute("drop table if exists found")
        con.execute("drop table if exists judged_batches")
        con.execute("drop table if exists needed_columns")
        if is_own:
            con.execute("drop schema known cascade")


def make_sees(con: duckdb.DuckDBPyConnection) -> None:
    """`known.sees` (batch_id, seen_batch_id, is_other_unit): what each batch is compared with.

    Batches of the same place and ledger received earlier (day, then sequence), never the same
    bytes, never one that this batch or an earlier one replaces.
    """
    con.execute(
        """
        create or replace table known.sees as
        select
            later.batch_id,
            earlier.batch_id as seen_batch_id,
            coalesce(later.department_unit_id <> earlier.department_unit_id, false) as is_other_unit
        from known.batches as later
        join known.batches as earlier
            on later.place_id = earlier.place_id
            and later.ledger = earlier.ledger
            and later.sha256 <> earlier.sha256
            and (earlier.received_date, earlier.sequence) < (later.received_date, later.sequence)
        where not exists (
            select 1 from known.batches as heir
            where heir.replaces_batch_id = earlier.batch_id
                and (heir.received_date, heir.sequence) <= (later.received_date, later.sequence)
        )
        """
    )


def _make_known(con: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract]) -> bool:
    """The schema `known`, unless the caller made it; whether it is ours to drop."""
    exists = con.sql(
        "select 1 from duckdb_schemas() where schema_name = 'known' and database_name = "
        "current_database()"
    ).fetchone()
    if not exists:
        con.execute("create schema known")
        told = "header_fields" in con.table("meta.batches").columns
        extra = "" if told else ", null::varchar[] as header_fields"
        con.execute(f"create view known.batches as select *{extra} from meta.batches")  # noqa: S608
        staged = con.sql(
            "select table_name from information_schema.tables where table_schema = 'staging'"
        ).fetchall()
        for (name,) in staged:
            if name in contracts:
                con.execute(f"create view known.{name} as select * from staging.{name}")  # noqa: S608
    make_sees(con)
    con.execute(
        "create or replace temp table needed_columns (ledger varchar, standard varchar, "
        "field varchar, title varchar, position integer)"
    )
    con.executemany("insert into needed_columns values (?, ?, ?, ?, ?)", _needed(contracts))
    return not exists


def _needed(contracts: Mapping[str, Contract]) -> list[tuple[str, str, str, str, int]]:
    return [
        (contract.ledger, standard.id, column.field, column.title, position)
        for contract in contracts.values()
        for standard in contract.standards
        for position, column in enumerate(contract.columns)
        if column.required and column.field not in standard.absent
    ]


def _run(
    con: duckdb.DuckDBPyConnection, rule: Rule, contract: Contract, skip_kinds: frozenset[str]
) -> None:
    told = {"rule_id": rule.id, "ledger": contract.ledger}
    verdict = {**told, "severity": rule.severity, "kind": rule.kind}
    if rule.kind in skip_kinds:
        con.execute(_OUTRIGHT, {**verdict, "status": "not_applicable", "error": None})
        return
    try:
        _find(con, rule, contract)
        _list_batches(con, rule)
    except duckdb.Error as error:
        con.execute(_OUTRIGHT, {**verdict, "status": "errored", "error": _reason(error)})
        return
    con.execute(_VIOLATIONS, told)
    con.execute(_RESULTS, verdict)


def _find(con: duckdb.DuckDBPyConnection, rule: Rule, contract: Contract) -> None:
    """The temporary table `found`: the violations of one rule in one ledger."""
    make = "create or replace temp table found as "
    if rule.kind == "file":
        con.execute(
            make + _MISSING_COLUMNS,
            {"ledger": contract.ledger, "severity": rule.severity, "message": rule.message},
        )
    elif rule.kind == "row":
        con.execute(make + found_by_row(rule, contract))
    else:
        con.execute(make + found_by_query(rule, contract))


def _list_batches(con: duckdb.DuckDBPyConnection, rule: Rule) -> None:
    """The temporary table `judged_batches`: whom the rule concerned."""
    told = "true"
    if rule.kind == "file":
        told = "header_fields is not null"
    con.execute(
        "create or replace temp table judged_batches as "  # noqa: S608
        f"select batch_id, ledger, {in_force(rule)} and {told} as is_judged, "
        f"case when '{rule.kind}' = 'file' then 1 else rows end as rows from known.batches as s "
        "where batch_id in (select m.batch_id from meta.batches as m)"
    )


def _reason(error: duckdb.Error) -> str:
    """Why a rule crashed, without what the data said: quoted values are left out."""
    return re.sub(r"'[^']*'", "'…'", str(error).split("\n", maxsplit=1)[0])[:300]
