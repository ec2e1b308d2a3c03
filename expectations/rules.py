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
row was received. `certainty` says how sure the basis is (高, 中, 低): what is not 高 may warn, but
not refuse. `parameters` names what of the plan the rule judges by. `mend` says how to mend where
the message of the rule does not. `outcome` says what becomes of a row with this error: it is
mended by editing it (`edit`), by leaving it out (`remove`: a second copy), or not by who hands it
in (`none`).

A rule with `waiting = true` is written down for a ledger that has no contract yet: what it will ask
stands in `message`, it has no cases and never runs.
"""

from __future__ import annotations

import hashlib
import re
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
Certainty = Literal["高", "中", "低"]
Outcome = Literal["edit", "remove", "none"]
Parameter = Literal["limits", "duties", "tasks", "targets", "units", "regions", "subjects", "index"]

# What stands for the words in braces where a message is shown without a row.
_PLAIN_WORDS = {
    "“{title}”的“{value}”": "该列的值", "“{value}”": "", "{value}": "该值", "“{title}”": "该列",
    "{title}": "该列", "{length}": "规定", "{choices}": "规定的取值", "{forms}": "规定的写法",
    "“{detail}”": "另一名称", "{detail}": "……",
}  # fmt: skip
_SOMETHING = "……"
_ASIDES = re.compile(r"（[^（）]*\{(?:value|detail)\}[^（）]*）|[：:]\{detail\}")
_KEYS = {
    "id", "title", "ledgers", "not_ledgers", "kind", "severity", "message", "basis", "cases",
    "effective_from", "effective_to", "certainty", "parameters", "waiting", "mend", "marks", "each",
    "violates", "sql", "key", "differs", "except", "except_ledgers", "detail", "outcome",
}  # fmt: skip
_ASKS = re.compile("请|只能填|不要|须填|必须|应填")


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
    certainty: Certainty = "高"
    parameters: tuple[Parameter, ...] = ()
    is_waiting: bool = False
    how_to_mend: str = ""
    outcome: Outcome = "edit"

    @property
    def mend(self) -> str:
        """How to mend what it finds, in Chinese, without the words of a row."""
        return self.how_to_mend or _told_apart(self.message)[1]

    @property
    def checks(self) -> tuple[str, ...]:
        """What it finds, case by case, in Chinese, without the words of a row; with how to mend it
        where that differs from the rule's own."""
        found = []
        for message in [case.message for case in self.cases] or [self.message]:
            what, asked = _told_apart(message)
            if what.startswith(_SOMETHING):
                what = ""
            if self.how_to_mend or asked in (self.mend, what, ""):
                asked = ""
            found.append(what + asked or f"{self.title}。")
        return tuple(dict.fromkeys(found))

    def cases_of(self, ledger: str) -> tuple[Case, ...]:
        """The cases that concern a ledger."""
        return tuple(c for c in self.cases if not c.ledgers or ledger in c.ledgers)


def plain_message(message: str) -> str:
    """A message as it reads without a row: words in braces give way to plain ones."""
    message = _ASIDES.sub("", message)
    for word, plain in _PLAIN_WORDS.items():
        message = message.replace(word, plain)
    return message


def _told_apart(message: str) -> tuple[str, str]:
    """What a message says is wrong, and how it asks to mend it (the sentence that asks and those
    after it, without one its last sentence)."""
    sentences = re.findall("[^。]+。", plain_message(message))
    asking = [n for n, sentence in enumerate(sentences) if _ASKS.search(sentence)]
    if asking:
        return "".join(sentences[: asking[0]]), "".join(sentences[asking[0] :])
    return "".join(sentences), "".join(sentences[-1:])


def load_rules(folder: Path | None = None) -> list[Rule]:
    """Every rule that runs, sorted by id (G01 … G43, P…, T…, TK…, X…). Raises RuleError."""
    return [rule for rule in _load(folder or RULES_DIR) if not rule.is_waiting]


def load_catalogue(folder: Path | None = None) -> list[Rule]:
    """Every rule, those too that wait for their ledger. Raises RuleError."""
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
    said = set(raw).union(*(case for case in raw.get("cases", ())))
    if unknown := sorted(said - _KEYS):
        raise RuleError(path.name, name, f"不认识的键 {'、'.join(unknown)}")
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
            certainty=raw.get("certainty", "高"),
            parameters=tuple(raw.get("parameters", ())),
            is_waiting=raw.get("waiting", False),
            how_to_mend=raw.get("mend", ""),
            outcome=raw.get("outcome", "edit"),
        )
        if not rule.is_waiting:
            rule = replace(rule, cases=tuple(_case(rule, raw, c) for c in raw.get("cases", [raw])))
    except KeyError as error:
        raise RuleError(path.name, name, f"缺少 {error.args[0]}") from None
    _check(path, rule)
    if raw["ledgers"] == ALL:
        rule = replace(rule, ledgers=_every_ledger(rule, frozenset(raw.get("not_ledgers", ()))))
    return rule


def _check(path: Path, rule: Rule) -> None:
    """Raise RuleError where a rule says what none can say."""
    name = rule.id
    if rule.kind not in get_args(Kind):
        raise RuleError(path.name, name, f"kind 不认识：{rule.kind}")
    severities = {rule.severity, *(c.severity for c in rule.cases)}
    if severities - set(get_args(Severity)):
        raise RuleError(path.name, name, "severity 不认识")
    if rule.certainty not in get_args(Certainty):
        raise RuleError(path.name, name, f"certainty 不认识：{rule.certainty}")
    if rule.certainty != "高" and "error" in severities:
        raise RuleError(path.name, name, "把握不高的规则只能提示，不能判错")
    if rule.outcome not in get_args(Outcome):
        raise RuleError(path.name, name, f"outcome 不认识：{rule.outcome}")
    if set(rule.parameters) - set(get_args(Parameter)):
        raise RuleError(path.name, name, "parameters 不认识")
    if rule.is_waiting:
        return
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
