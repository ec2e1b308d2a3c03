"""The mistakes that departments make. Each changes one row and says which rules it then breaks.

A maker answers None when it does not fit the row (a penalty mistake on a permit, say). Only rules
of the published list are named; whatever a mistake breaks besides them is kept from happening.
`MENDABLE` are those that leave record key and decision date alone, so that a later row with the
same key is the correction.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from . import codes
from .model import BUSINESS, COMPANY, PENALTY, PERMIT, PERSON, Decision, Fault, Row

Maker = Callable[[Row, Decision], list[Fault] | None]


def _blank(field: str, ledger: str, note: str) -> Maker:
    def make(row: Row, decision: Decision) -> list[Fault] | None:
        if decision.ledger != ledger:
            return None
        row.values[field] = None
        return [Fault("G02", field, note)]

    return make


def _unknown_category(row: Row, decision: Decision) -> list[Fault] | None:
    if decision.party.category != COMPANY:
        return None
    row.values["counterparty_category"] = "企业法人"
    return [Fault("G03", "counterparty_category", "类别写成企业法人")]


def _no_code(row: Row, decision: Decision) -> list[Fault] | None:
    if decision.party.category != COMPANY:
        return None
    row.values["uscc"] = None
    return [Fault("G04", "uscc", "法人未填统一社会信用代码")]


def _wrong_check_digit(row: Row, decision: Decision) -> list[Fault] | None:
    if decision.party.category == PERSON or decision.party.uscc is None:
        return None
    row.values["uscc"] = codes.spoil_last(decision.party.uscc)
    return [Fault("G05", "uscc", "末位校验码错")]


def _short_code(row: Row, decision: Decision) -> list[Fault] | None:
    if decision.party.category == PERSON or decision.party.uscc is None:
        return None
    row.values["uscc"] = decision.party.uscc[:-1]
    return [Fault("G05", "uscc", "少一位")]


def _firm_with_placeholder(row: Row, decision: Decision) -> list[Fault] | None:
    if decision.party.category != COMPANY:
        return None
    row.values["uscc"] = codes.PLACEHOLDER
    return [Fault("G06", "uscc", "法人填了占位串")]


def _business_with_placeholder(row: Row, decision: Decision) -> list[Fault] | None:
    if decision.party.category != BUSINESS:
        return None
    row.values["uscc"] = codes.PLACEHOLDER
    return [Fault("G07", "uscc", "个体工商户填了占位串")]


def _business_as_firm(row: Row, decision: Decision) -> list[Fault] | None:
    if decision.party.category != BUSINESS:
        return None
    row.values["counterparty_category"] = COMPANY
    note = "92 开头的个体工商户填成法人"
    return [Fault("G08", "uscc", note), Fault("G08", "counterparty_category", note)]


def _firm_as_business(row: Row, decision: Decision) -> list[Fault] | None:
    if decision.party.category != COMPANY:
        return None
    row.values["counterparty_category"] = BUSINESS
    note = "企业填成个体工商户"
    return [Fault("G09", "uscc", note), Fault("G09", "counterparty_category", note)]


def _wrong_org_code(row: Row, decision: Decision) -> list[Fault] | None:
    if decision.party.category != COMPANY or decision.party.uscc is None:
        return None
    right = decision.party.uscc[8:17]
    row.values["org_code"] = codes.spoil_last(right, "0123456789X")
    return [Fault("G14", "org_code", "组织机构代码末位错")]


def _person_with_code(row: Row, decision: Decision) -> list[Fault] | None:
    if decision.party.category != PERSON:
        return None
    row.values["legal_rep"] = decision.party.name
    return [Fault("G18", "legal_rep", "自然人填了法定代表人")]


def _person_without_id(row: Row, decision: Decision) -> list[Fault] | None:
    if decision.party.category != PERSON:
        return None
    row.values["id_no"] = None
    return [Fault("G19", "id_no", "自然人未填证件号码")]


def _odd_id_type(row: Row, decision: Decision) -> list[Fault] | None:
    if decision.party.category != PERSON:
        return None
    row.values["id_type"] = "居民身份证件"
    return [Fault("G20", "id_type", "证件类型不在字典")]


def _wrong_id(row: Row, decision: Decision) -> list[Fault] | None:
    if decision.party.category != PERSON or decision.party.id_no is None:
        return None
    row.values["id_no"] = codes.spoil_last(decision.party.id_no, "0123456789X")
    return [Fault("G21", "id_no", "身份证校验码错")]


def _long_term_in_words(row: Row, decision: Decision) -> list[Fault] | None:
    if decision.values["valid_to"] != date(2099, 12, 31):
        return None
    row.values["valid_to"] = "长期"
    return [Fault("G28", "valid_to", "长期没有写成 2099/12/31")]


def _no_such_day(row: Row, decision: Decision) -> list[Fault] | None:
    if decision.ledger != PERMIT:
        return None
    row.values["valid_to"] = f"{decision.decided.year + 3}/02/30"
    return [Fault("G28", "valid_to", "二月三十日")]


def _decision_day_unreadable(row: Row, decision: Decision) -> list[Fault] | None:
    row.values["decision_date"] = f"{decision.decided:%Y}年{decision.decided.month}月"
    return [Fault("G28", "decision_date", "只写到月，期限无从计算")]


def _next_year_by_slip(row: Row, decision: Decision) -> list[Fault] | None:
    if decision.ledger != PERMIT or decision.values["valid_to"] != date(2099, 12, 31):
        return None
    row.values["decision_date"] = decision.decided.replace(year=decision.decided.year + 1)
    return [Fault("G29", "decision_date", "年份错写成下一年")]


def _reported_before_decided(row: Row, decision: Decision) -> list[Fault] | None:
    row.values["reported_at"] = decision.reported.replace(year=decision.decided.year - 1)
    return [Fault("T04", "decision_date", "上报时间年份错写成上一年")]


def _odd_permit_category(row: Row, decision: Decision) -> list[Fault] | None:
    if decision.ledger != PERMIT:
        return None
    row.values["permit_category"] = "一般"
    return [Fault("X01", "permit_category", "许可类别不在字典")]


def _bare_other(row: Row, decision: Decision) -> list[Fault] | None:
    if decision.ledger != PERMIT:
        return None
    row.values["permit_category"] = "其他-"
    return [Fault("X01", "permit_category", "其他-后没有注明")]


def _validity_backwards(row: Row, decision: Decision) -> list[Fault] | None:
    if decision.ledger != PERMIT:
        return None
    row.values["valid_from"] = decision.decided + timedelta(days=200)
    row.values["valid_to"] = decision.decided + timedelta(days=100)
    note = "有效期自晚于有效期至"
    return [Fault("X02", "valid_from", note), Fault("X02", "valid_to", note)]


def _expired_at_birth(row: Row, decision: Decision) -> list[Fault] | None:
    if decision.ledger != PERMIT:
        return None
    row.values["valid_from"] = decision.decided - timedelta(days=300)
    row.values["valid_to"] = decision.decided - timedelta(days=10)
    return [Fault("X03", "valid_to", "有效期至早于决定日期")]


def _odd_penalty_category(row: Row, decision: Decision) -> list[Fault] | None:
    if decision.ledger != PENALTY:
        return None
    row.values |= {
        "penalty_category": "责令整改",
        "penalty_content": "责令整改",
        "fine_wan_yuan": None,
    }
    return [Fault("P01", "penalty_category", "处罚类别不在字典")]


def _fine_missing(row: Row, decision: Decision) -> list[Fault] | None:
    if decision.ledger != PENALTY:
        return None
    row.values |= {"fine_wan_yuan": None, "penalty_category": "罚款", "penalty_content": "处以罚款"}
    return [Fault("P02", "fine_wan_yuan", "含罚款而未填金额")]


def _fine_without_category(row: Row, decision: Decision) -> list[Fault] | None:
    if decision.ledger != PENALTY:
        return None
    row.values |= {"penalty_category": "警告", "penalty_content": "警告", "fine_wan_yuan": 0.05}
    return [Fault("P03", "fine_wan_yuan", "不含罚款而有金额")]


def _licence_missing(row: Row, decision: Decision) -> list[Fault] | None:
    if decision.ledger != PENALTY:
        return None
    row.values |= {
        "penalty_category": "暂扣许可证件",
        "penalty_content": "暂扣许可证三个月",
        "fine_wan_yuan": None,
    }
    return [Fault("P06", "revoked_certificate", "暂扣许可证而未填证照名称及编号")]


def _too_many_decimals(row: Row, decision: Decision) -> list[Fault] | None:
    if decision.ledger != PENALTY:
        return None
    row.values |= {
        "penalty_category": "罚款",
        "penalty_content": "罚款1234.567元",
        "fine_wan_yuan": "0.1234567",
    }
    return [Fault("P07", "fine_wan_yuan", "多于六位小数")]


def _negative_confiscation(row: Row, decision: Decision) -> list[Fault] | None:
    if decision.ledger != PENALTY:
        return None
    row.values["confiscation_wan_yuan"] = "-0.5"
    return [Fault("P07", "confiscation_wan_yuan", "没收金额为负")]


def _fine_in_yuan(row: Row, decision: Decision) -> list[Fault] | None:
    fine = decision.values.get("fine_wan_yuan")
    if decision.ledger != PENALTY or not fine:
        return None
    row.values["fine_wan_yuan"] = round(fine * 10000)
    return [Fault("P08", "fine_wan_yuan", "金额按元填写")]


def _penalty_ends_early(row: Row, decision: Decision) -> list[Fault] | None:
    if decision.ledger != PENALTY:
        return None
    row.values["valid_to"] = decision.decided - timedelta(days=1)
    return [Fault("P09", "valid_to", "处罚有效期早于决定日期")]


def _publicity_ends_early(row: Row, decision: Decision) -> list[Fault] | None:
    if decision.ledger != PENALTY:
        return None
    row.values["publicity_until"] = decision.decided - timedelta(days=3)
    return [Fault("P10", "publicity_until", "公示截止期早于决定日期")]


MAKERS: dict[str, Maker] = {
    "no_content": _blank("content", PERMIT, "许可内容未填"),
    "no_title": _blank("document_name", PERMIT, "决定文书名称未填"),
    "no_validity": _blank("valid_to", PERMIT, "有效期至未填"),
    "no_facts": _blank("violation_facts", PENALTY, "违法事实未填"),
    "no_basis": _blank("penalty_basis", PENALTY, "处罚依据未填"),
    "unknown_category": _unknown_category,
    "no_code": _no_code,
    "wrong_check_digit": _wrong_check_digit,
    "short_code": _short_code,
    "firm_placeholder": _firm_with_placeholder,
    "business_placeholder": _business_with_placeholder,
    "business_as_firm": _business_as_firm,
    "firm_as_business": _firm_as_business,
    "wrong_org_code": _wrong_org_code,
    "person_with_rep": _person_with_code,
    "person_without_id": _person_without_id,
    "odd_id_type": _odd_id_type,
    "wrong_id": _wrong_id,
    "long_term": _long_term_in_words,
    "no_such_day": _no_such_day,
    "unreadable_decision_day": _decision_day_unreadable,
    "next_year": _next_year_by_slip,
    "reported_early": _reported_before_decided,
    "odd_permit_category": _odd_permit_category,
    "bare_other": _bare_other,
    "validity_backwards": _validity_backwards,
    "expired_at_birth": _expired_at_birth,
    "odd_penalty_category": _odd_penalty_category,
    "fine_missing": _fine_missing,
    "fine_without_category": _fine_without_category,
    "licence_missing": _licence_missing,
    "too_many_decimals": _too_many_decimals,
    "negative_confiscation": _negative_confiscation,
    "fine_in_yuan": _fine_in_yuan,
    "penalty_ends_early": _penalty_ends_early,
    "publicity_ends_early": _publicity_ends_early,
}
# Rules of these are warnings: the row still counts as compliant.
WARNINGS = {"business_placeholder", "expired_at_birth", "fine_in_yuan"}
MENDABLE = {
    "no_content",
    "no_title",
    "no_validity",
    "no_facts",
    "no_basis",
    "unknown_category",
    "business_as_firm",
    "firm_as_business",
    "wrong_org_code",
    "person_with_rep",
    "odd_id_type",
    "long_term",
    "no_such_day",
    "odd_permit_category",
    "bare_other",
    "validity_backwards",
    "odd_penalty_category",
    "fine_missing",
    "fine_without_category",
    "licence_missing",
    "too_many_decimals",
    "negative_confiscation",
    "fine_in_yuan",
    "penalty_ends_early",
    "publicity_ends_early",
    "expired_at_birth",
}
