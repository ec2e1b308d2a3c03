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
from expectations.statements import found, macros
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
        replace(
            replace(message, '{value}', coalesce(cast(value as varchar), '')),
            '{detail}', coalesce(cast(detail as varchar), '')
        )
    from ({found}) as found
"""

# One row per rule and batch. The worst severity found stands for the batch, the rule's own where
# nothing was found. A file rule judges the header, which is one row, and only where it is known.
_RESULTS = """
    insert into quality.rule_results
    with failures as (
        select
            rule_id,
            ledger,
            batch_id,
            count(distinct coalesce(row_id, -1)) as failed,
            case
                when bool_or(severity = 'concealed') then 'concealed'
                when bool_or(severity = 'error') then 'error'
                when bool_or(severity = 'late') then 'late'
                else 'warning'
            end as severity
        from quality.violations
        group by 1, 2, 3
    ),

    judged as (
        select
            r.*,
            b.batch_id,
            case when r.kind = 'file' then 1 else b.rows end as rows,
            not r.is_skipped
            and b.received_date >= coalesce(r.effective_from, b.received_date)
            and b.received_date <= coalesce(r.effective_to, b.received_date)
            and (r.kind <> 'file' or b.header_fields is not null) as is_judged
        from rule_runs as r
        join known.batches as b on r.ledger = b.ledger
        where b.batch_id in (select m.batch_id from meta.batches as m)
    )

    select
        j.rule_id,
        j.ledger,
        j.batch_id,
        coalesce(f.severity, j.severity),
        j.kind,
        case
            when j.error is not null then 'errored'
            when f.failed > 0 then 'failed'
            when j.is_judged and j.rows > 0 then 'passed'
            else 'not_applicable'
        end,
        case when j.is_judged and j.error is null then j.rows else 0 end,
        coalesce(f.failed, 0),
        j.error
    from judged as j
    left join failures as f
        on j.rule_id = f.rule_id and j.ledger = f.ledger and j.batch_id = f.batch_id
    order by j.rule_id, j.ledger, j.batch_id
"""

_RUNS = """
    create or replace temp table rule_runs (
        rule_id varchar, ledger varchar, severity varchar, kind varchar, effective_from date,
        effective_to date, is_skipped boolean, error varchar
    )
"""

_MISSING_COLUMNS = """
    select
        b.batch_id,
        null::bigint as row_id,
        b.header_row::bigint as row_number,
        null::varchar as field,
        '{severity}' as severity,
        null::varchar as value,
        string_agg(c.title, '、' order by c.position) as detail,
        '{message}' as message
    from known.batches as b
    join needed_columns as c
        on b.ledger = c.ledger and b.standard = c.standard
        and not list_contains(b.header_fields, c.field)
    where b.ledger = $ledger and b.batch_id in (select m.batch_id from meta.batches as m)
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
    handed_in = {x for (x,) in con.sql("select distinct ledger from meta.batches").fetchall()}
    work = [
        (rule, ledger)
        for rule in chosen
        for ledger in wanted
        if ledger in rule.ledgers and ledger in handed_in
    ]
    for statement in (*_TABLES, *macros()):
        con.execute(statement)
    for ledger in wanted:
        con.execute("delete from quality.rule_results where ledger = ?", [ledger])
        con.execute("delete from quality.violations where ledger = ?", [ledger])
    is_own = _make_known(con, contracts)
    try:
        runs = []
        for done, (rule, ledger) in enumerate(work, start=1):
            runs.append(_run(con, rule, contracts[ledger], skip_kinds))
            if progress:
                progress(done, len(work))
        con.execute(_RUNS)
        for run in runs:
            con.execute("insert into rule_runs values (?, ?, ?, ?, ?, ?, ?, ?)", list(run))
        con.execute(_RESULTS)
    finally:
        con.execute("drop table if exists rule_runs")
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
    ).fetchall()
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
    # As five lists in one statement: a thousand statements take longer than most rules.
    con.execute(
        "insert into needed_columns select unnest($1::varchar[]), unnest($2::varchar[]), "
        "unnest($3::varchar[]), unnest($4::varchar[]), unnest($5::integer[])",
        [list(column) for column in zip(*_needed(contracts), strict=True)],
    )
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
) -> tuple[object, ...]:
    """Insert the violations of one rule in one ledger; gives its row of `rule_runs`."""
    is_skipped = rule.kind in skip_kinds
    error = None
    if not is_skipped:
        try:
            statement = _VIOLATIONS.replace("{found}", _found(rule, contract))
            con.execute(statement, {"rule_id": rule.id, "ledger": contract.ledger})
        except Exception as crash:  # noqa: BLE001 - whatever it is, it is this rule's alone
            error = _reason(crash)
    return (
        rule.id, contract.ledger, rule.severity, rule.kind, rule.effective_from,
        rule.effective_to, is_skipped, error,
    )  # fmt: skip


def _found(rule: Rule, contract: Contract) -> str:
    """The SELECT of what violates the rule."""
    if rule.kind == "file":
        return _MISSING_COLUMNS.replace("{severity}", rule.severity).replace(
            "{message}", rule.message
        )
    return found(rule, contract)


def _reason(error: Exception) -> str:
    """Why a rule crashed, without what the data said: quoted values are left out."""
    said = str(error).split("\n", maxsplit=1)[0]
    if not isinstance(error, duckdb.Error):
        said = f"{type(error).__name__}: {said}"
    return re.sub(r"'[^']*'", "'…'", said)[:300]
