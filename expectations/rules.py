"""The quality rules as data: what a rule says, and the reading of `rules/*.toml`.

`ledgers` lists the ledgers of a rule, or says `"all"`: every ledger that has a column which the
rule looks at, but for `not_ledgers`. So a new ledger comes under the rules for all by itself.

A rule has one or more cases. A case names the columns it marks (`marks`), or takes them from the
contract one by one (`each`), and says in `violates`, a SQL predicate over one row of
`staging.<ledger>` (alias `s`), when the row violates it. Null violates nothing. Words in braces:
`{field}` `{length}` the column of `each` and its width · `{codes}` `{codes:LIST}` a list of codes ·
`{periods}` the forms of period that the column may hold, a regular expression · `{asked}`
`{asked:FIELD}` whether the layout of the batch knows the column · `{told:FIELD}` whether the file
had the column · `{standard}` the layout of the batch.

What one row cannot tell, a case asks with a query in `rules/sql/` (`sql`) that gives (row_id,
field, severity, detail); a null field stands for all `marks`, a null severity for the case's own.
Such queries read `staging.<ledger>` (the rows to judge), `known.<ledger>` (these and what was
received before) and `known.sees` (which earlier batches a batch is compared with). Words in
braces there: `{ledger}` · `{same_key}` whether the columns of `key` are the same in `later` and
`earlier` · `{differs}` the `differs` of the case. A rule of kind `row` has no such case.

`message` (Chinese: what is wrong and how to mend it) may hold {value}, {title}, {length},
{choices} (of a code), {forms} (of a period) and {detail}. Rules in force are chosen by the day a
row was received.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from expectations.selectors import select_columns
from warehouse.contracts import Contract, load_contracts

RULES_DIR = Path(__file__).parent / "rules"
SQL_DIR = RULES_DIR / "sql"
VERSION_FILE = "rule_set.toml"
ALL = "all"

Kind = Literal["file", "row", "batch", "warehouse", "monitor"]
Severity = Literal["error", "warning", "late", "concealed"]


class RuleError(ValueError):
    """A rule file that does not hold what it must; names the file and the rule."""

    def __init__(self, file: str, rule: str, reason: str) -> None:
        super().__init__(f"规则文件 {file} 的 {rule} 有误：{reason}")


@dataclass(frozen=True)
class Case:
    """One way to violate a rule, with its own message or severity where they differ.

    `marks` is used as it stands; `each` is a selector (`required`, `date`, `length`, …: see
    `expectations.selectors`) or a tuple of fields, of which a ledger may lack some, judged one by
    one. `sql` names a query instead of `violates`; `key`, `differs` are told to it.
    """

    violates: str
    message: str
    severity: Severity
    marks: tuple[str, ...] = ()
    each: str | tuple[str, ...] = ()
    sql: str | None = None
    key: tuple[str, ...] = ()
    differs: bool = True
    exclude: frozenset[str] = frozenset()
    exclude_ledgers: frozenset[str] = frozenset()
    ledgers: tuple[str, ...] = ()
    detail: str = "null"


@dataclass(frozen=True)
class Rule:
    """One rule. `effective_from` and `effective_to` are inclusive; None is open."""

    id: str
    title: str
    ledgers: tuple[str, ...]
    kind: Kind
    severity: Severity
    message: str
    basis: str
    cases: tuple[Case, ...] = ()
    effective_from: date | None = None
    effective_to: date | None = None

    def cases_of(self, ledger: str) -> tuple[Case, ...]:
        """The cases that concern a ledger."""
        return tuple(c for c in self.cases if not c.ledgers or ledger in c.ledgers)


def load_rules(folder: Path | None = None) -> list[Rule]:
    """Every rule, sorted by id (G01 … G43, P…, T…, TK…, X…). Raises RuleError."""
    return list(_load(folder or RULES_DIR))


@cache
def _load(folder: Path) -> tuple[Rule, ...]:
    rules: dict[str, Rule] = {}
    for path in sorted(folder.glob("*.toml")):
        if path.name == VERSION_FILE:
            continue
        for raw in tomllib.loads(path.read_text(encoding="utf-8"))["rule"]:
            rule = _parse(path, raw)
            if rule.id in rules:
                raise RuleError(path.name, rule.id, "编号重复")
            rules[rule.id] = rule
    return tuple(rules[rule_id] for rule_id in sorted(rules))


def declared_version(folder: Path | None = None) -> str:
    """The declared version of the rule set (`2026.11`), as reports print it."""
    text = ((folder or RULES_DIR) / VERSION_FILE).read_text(encoding="utf-8")
    return str(tomllib.loads(text)["version"])


def rule_set_version(folder: Path | None = None) -> str:
    """The declared version and a digest of all rule files (`2026.11+1a2b3c4d`).

    Two builds with the same text were judged by the same rules, to the letter.
    """
    root = folder or RULES_DIR
    digest = hashlib.sha256()
    for path in sorted([*root.glob("*.toml"), *root.glob("sql/*.sql")]):
        digest.update(path.name.encode() + b"\0")
        digest.update(path.read_text(encoding="utf-8").encode() + b"\0")
    return f"{declared_version(root)}+{digest.hexdigest()[:8]}"


def _parse(path: Path, raw: dict[str, Any]) -> Rule:
    name = str(raw.get("id", "?"))
    try:
        rule = Rule(
            id=raw["id"],
            title=raw["title"],
            ledgers=() if raw["ledgers"] == ALL else tuple(raw["ledgers"]),
            kind=raw["kind"],
            severity=raw["severity"],
            message=raw["message"],
            basis=raw["basis"],
            effective_from=raw.get("effective_from"),
            effective_to=raw.get("effective_to"),
        )
        rule = replace(rule, cases=tuple(_case(rule, raw, c) for c in raw.get("cases", [raw])))
    except KeyError as error:
        raise RuleError(path.name, name, f"缺少 {error.args[0]}") from None
    if rule.kind not in get_args(Kind):
        raise RuleError(path.name, name, f"kind 不认识：{rule.kind}")
    if any(s not in get_args(Severity) for s in (rule.severity, *(c.severity for c in rule.cases))):
        raise RuleError(path.name, name, "severity 不认识")
    queries = [c.sql for c in rule.cases if c.sql is not None]
    if bool(queries) == (rule.kind in ("row", "file")):
        raise RuleError(path.name, name, "row、file 类规则不写 sql，其余必须写 sql")
    if rule.kind != "file" and not all(
        (c.sql or c.violates) and (c.marks or c.each) for c in rule.cases
    ):
        raise RuleError(path.name, name, "每种情形都要有 violates（或 sql）和 marks 或 each")
    for query in queries:
        if not (path.parent / "sql" / query).is_file():
            raise RuleError(path.name, name, f"没有 sql/{query}")
    if raw["ledgers"] == ALL:
        rule = replace(rule, ledgers=_every_ledger(rule, frozenset(raw.get("not_ledgers", ()))))
    return rule


def _every_ledger(rule: Rule, excluded: frozenset[str]) -> tuple[str, ...]:
    """The ledgers with a column that the rule looks at. A file rule looks at the required ones."""

    def concerns(contract: Contract) -> bool:
        if rule.kind == "file":
            return any(column.required for column in contract.columns)
        cases = rule.cases_of(contract.ledger)
        return any(c.marks or select_columns(contract, c) for c in cases)

    return tuple(
        ledger
        for ledger, contract in load_contracts().items()
        if ledger not in excluded and concerns(contract)
    )


def _case(rule: Rule, whole: dict[str, Any], raw: dict[str, Any]) -> Case:
    """A case of a rule; what it leaves out it takes from the rule (`whole`)."""
    each = raw.get("each", ())
    violates = raw.get("violates", "")
    return Case(
        violates=violates,
        message=raw.get("message", rule.message),
        severity=raw.get("severity", rule.severity),
        marks=tuple(raw.get("marks", () if each else whole.get("marks", ()))),
        each=each if isinstance(each, str) else tuple(each),
        sql=None if violates else raw.get("sql", whole.get("sql")),
        key=tuple(raw.get("key", ())),
        differs=raw.get("differs", True),
        exclude=frozenset(raw.get("except", ())),
        exclude_ledgers=frozenset(raw.get("except_ledgers", ())),
        ledgers=tuple(raw.get("ledgers", ())),
        detail=raw.get("detail", "null"),
    )
