"""Suite `rules`: every rule ran on every batch of its ledgers, and counted rightly.

What the rules found is no matter here: data errors never fail the gate.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from expectations.rules import Rule
from expectations.suites.model import SUBJECT, Check, Suite, equal, not_above

_FRAME = """
    with counted as (
        select rule_id, ledger, count(distinct (batch_id, coalesce(row_id, -1))) as found
        from quality.violations
        group by 1, 2
    )
    select
        r.rule_id || ' ' || r.ledger as subject,
        count(*) as batches,
        count(*) filter (where r.status = 'errored') as errored,
        count(*) filter (where r.status in ('passed', 'failed')) as judged,
        sum(r.checked)::bigint as checked,
        sum(r.failed)::bigint as failed,
        coalesce(any_value(c.found), 0) as found,
        coalesce(max(r.error), '') as error
    from quality.rule_results as r
    left join counted as c on r.rule_id = c.rule_id and r.ledger = c.ledger
    group by r.rule_id, r.ledger
    order by 1
"""


def rule_suite(con: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> Suite:
    """One row per rule and ledger; one expectation for each that must have run, by the rule files
    (not by what happens to be in the results), and two identities."""
    batches = dict(con.sql("select ledger, count(*) from meta.batches group by 1").fetchall())
    checks = [
        Check(
            "ExpectRuleToHaveRun",
            "规则检查出错，或没有检查全部批次",
            {SUBJECT: f"{rule.id} {ledger}", "batches": batches[ledger]},
        )
        for rule in rules
        for ledger in rule.ledgers
        if ledger in batches
    ]
    checks += [
        not_above("failed", "checked", "不合格行数多于检查行数"),
        equal("failed", "found", "不合格行数与问题明细对不上"),
    ]
    return Suite("rules", con.sql(_FRAME).df(), tuple(checks))
