"""Write docs/rules.md: every quality rule, from the rule files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from dashboard.rule_words import (
    FAMILIES,
    KINDS,
    PARAMETERS,
    WAITING,
    family_of,
    force_words,
    ledger_words,
)
from dashboard.wording import SEVERITIES
from expectations.rules import Rule, declared_version, load_catalogue

PAGE = Path(__file__).resolve().parent.parent / "docs" / "rules.md"
PREFACE = """\
# The quality rules

Written by `make docs`; do not edit. Rule set {version}: {running} rules run, {waiting} wait for
their ledger ({word}): these are written down, never run and never counted. How a rule is written:
the head of `expectations/rules.py`; the files: `expectations/rules/`.

Only 不可报 makes a row non-compliant; 提示 tells, 迟报 and 应报未报（待核） have their own rates.
A rule whose basis is not certain (把握 中 or 低) only tells. A rule that crashes is 检查出错, never
不合格. Rules are chosen by the day on which a row is received; what they take from the plan is
named. The page 规则目录 shows the same list with how often each rule found something.
"""
_HEADS = ["rule", "finds", "ledgers", "severity", "asks", "certainty", "by the plan", "how to mend",
          "basis"]  # fmt: skip


def render() -> str:
    """The whole page."""
    rules = load_catalogue()
    waiting = sum(rule.is_waiting for rule in rules)
    lines = [
        PREFACE.format(
            version=declared_version(), running=len(rules) - waiting, waiting=waiting, word=WAITING
        )
    ]
    order = list(FAMILIES)
    ordered = sorted(rules, key=lambda rule: (order.index(family_of(rule.id)), rule.id))
    for family, found in groupby(ordered, key=lambda rule: family_of(rule.id)):
        lines += [f"## {family}: {FAMILIES[family]}", "", *_table(list(found)), ""]
    return "\n".join(lines).rstrip() + "\n"


def _table(rules: Sequence[Rule]) -> Iterator[str]:
    yield "| " + " | ".join(_HEADS) + " |"
    yield "|" + "---|" * len(_HEADS)
    for rule in rules:
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in _cells(rule)) + " |"


def _cells(rule: Rule) -> Iterator[str]:
    yield f"{rule.id}" + (f" {WAITING}" if rule.is_waiting else "")
    force = force_words(rule)
    yield rule.title + (f"（{force}收到的数据）" if force else "")
    yield ledger_words(rule.ledgers)
    yield "、".join(SEVERITIES[severity] for severity in _severities(rule))
    yield KINDS[rule.kind]
    yield rule.certainty
    yield "、".join(PARAMETERS[name] for name in rule.parameters)
    yield rule.mend
    yield rule.basis


def _severities(rule: Rule) -> list[str]:
    """Its own first, then those of single cases."""
    return list(dict.fromkeys([rule.severity, *(case.severity for case in rule.cases)]))


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8", newline="\n")
