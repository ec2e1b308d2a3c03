"""A small place in which every class of 对账核查 stands, and what was worked out for it by hand.

Permits are decided on 2022-06-01 (limit 2022-06-13) unless a row says otherwise; the data reach
2022-07-12, so June's judging day is its cut-off, 10 July.
"""

from __future__ import annotations

from pathlib import Path

from tests.semantics.rows import ENVIRONMENT, MARKET, notice, permit, receipt, register, uscc
from tests.semantics.town import Town

PLAN, PERIOD, AS_OF = "BC", "2022-06", "2022-07-12"
LIST, WEBSITE = "示信抽〔2022〕1号", "05.csv"
CODE = "行政相对人代码_1(统一社会信用代码)"
NUMBER = "决定文书号"
PERSON = {CODE: "", "证件号码": "110101199001010007"}
SPOT = {"登记来源": "上级抽查", "来源文号": LIST}
RETURNED = {"处理结果": "退回", "入库时间": ""}

# Reported: 1–9, 16, 17 (of two parties), 21, 22 and, by a receipt alone, 30.
REPORTED = 14
# Owed, limit over, not reported: 10 (registered and listed), 12 (listed), 19 (registered).
MISSED, FOUND, UNREPORTED = 2, 2, 3
OWED = REPORTED + UNREPORTED


def build(folder: Path) -> Town:
    """Load the files and publish."""
    town = Town(folder)
    town.receive("2022-06-20", _permits())
    town.receive("2022-06-20", _without_register())
    town.receive("2022-06-21", _registers())
    town.receive("2022-06-22", _receipts())
    town.receive("2022-07-12", _spot_check())
    town.receive("2022-07-12", [register(1, 登记来源="网站比对"), register(2, 登记来源="网站比对")])
    told = notice(PERIOD, "合计", "2022-07-11", unit=MARKET[0], 通报文号="示信通〔2022〕6号")
    town.receive("2022-07-12", [told])
    town.load()
    return town


def _permits() -> list[dict[str, str]]:
    person = {**PERSON, "证件类型": "身份证", "行政相对人类别": "自然人", "法定代表人": ""}
    return [
        permit(1),  # stored
        permit(2),  # returned twice
        permit(3, 上报时间="2022/06/08"),  # no answer, between the unit's first and last receipt
        permit(4, 上报时间="2022/06/13"),  # no answer, after the last receipt: it may still come
        permit(5, 上报时间="2022/06/20"),  # in no register, no receipt; late
        permit(6),  # the register has another name, code and day
        permit(7, 行政相对人名称="王示二", **person),  # the register has another person's name
        permit(8),  # the same number in three writings
        permit(9, 许可类别="一般"),  # returned, then stored; our rules refuse it (X01)
        permit(16, 上报时间="2022/06/12"),  # no answer on the very day of the last receipt
        permit(17, 上报时间="2022/06/13"),
        # the second party of decision 17
        permit(18, 上报时间="2022/06/13", 行政许可决定文书号="示市监许字〔2022〕17号"),
    ]


def _without_register() -> list[dict[str, str]]:
    """A unit that hands in no register and gets no receipts: neither can be missed."""
    first, second = (permit(n, unit=ENVIRONMENT, 上报时间="2022/06/10") for n in (21, 22))
    return [{**first, "入库时间": "2022/06/11"}, {**second, "入库时间": ""}]


def _registers() -> list[dict[str, str]]:
    other = {
        "行政相对人名称": "示例第6商业有限公司",
        CODE: uscc("91", 600),
        "决定日期": "2022/06/02",
    }
    return [
        *(register(n) for n in (1, 2, 3, 4, 9, 10, 16, 17)),
        register(6, **other),
        register(7, 行政相对人名称="李示三", **PERSON),
        register(8, **{NUMBER: "示市监许字［2022］8号"}),
        register(11, 状态="依法不报送", 不报送依据="涉及国家秘密"),
        register(15, 状态="撤销", 状态日期="2022/06/24"),
        register(18, **{NUMBER: "示市监许字〔2022〕17号"}),
        # never reported; the party and day of 5, which is in no register
        register(19, 行政相对人名称="示例第5商贸有限公司", **{CODE: uscc("91", 5)}),
    ]


def _receipts() -> list[dict[str, str]]:
    return [
        receipt(1, "2022/06/06"),  # the unit's first
        receipt(2, "2022/06/06", 退回原因="旧原因", **RETURNED),
        receipt(2, "2022/06/10", 退回原因="代码有误", **RETURNED),
        receipt(6, "2022/06/08"),
        receipt(7, "2022/06/08", 行政相对人名称="王示二", **PERSON),
        receipt(8, "2022/06/08", **{NUMBER: "示市监许字【２０２２】 8 号"}),
        receipt(9, "2022/06/07", 退回原因="类别有误", **RETURNED),
        receipt(9, "2022/06/12"),  # the unit's last
        receipt(30, "2022/06/09"),  # in no ledger and no register
    ]


def _spot_check() -> list[dict[str, str]]:
    return [
        *(register(n, **SPOT) for n in (1, 2, 3, 4, 10, 11, 12, 15)),
        register(13, 决定日期="2022/07/11", **SPOT),  # limit 2022-07-20
        register(14, 决定机关统一社会信用代码="", **SPOT),
        register(20, 决定日期="", **SPOT),
        *(register(n, unit=ENVIRONMENT, **SPOT) for n in (21, 22)),
    ]
