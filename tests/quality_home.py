"""A small place with errors that come back, get mended and get replaced, worked out by hand.

Permits are decided on 2022-06-01 unless a row says otherwise. `一般` is no kind of permit (rule
X01); a broken code is rule G05. The data reach 2023-01-10.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.semantics.rows import ENVIRONMENT, MARKET, SAFETY, Row, broken, permit, uscc
from tests.semantics.town import Town
from warehouse.journal import Journal
from warehouse.returns import Return, enter_return

PLAN = "BC"
CODE = "行政相对人代码_1(统一社会信用代码)"
MANY = 53  # rows at fault of one file: more than a page of 50
PERSON = {
    "行政相对人名称": "王示二", "行政相对人类别": "自然人", "证件类型": "身份证",
    "证件号码": "110101199001010007", "法定代表人": "", CODE: "",
}  # fmt: skip


def wrong_code(serial: int, **cells: str) -> Row:
    """A permit with a wrong check character (G05)."""
    return permit(serial, **{CODE: broken(uscc("91", serial))}, **cells)


def build(folder: Path) -> Town:
    """Load the files and publish."""
    town = Town(folder)
    town.receive(
        "2022-06-20",
        [
            permit(1),
            wrong_code(2),
            wrong_code(3),
            permit(4, 许可类别="一般"),
            permit(7, 许可类别="一般", **PERSON),
        ],
    )
    # The same rule again, and number 4 put right.
    town.receive("2022-07-05", [wrong_code(5), permit(4)])
    wrong = town.receive("2022-07-06", [permit(6, unit=ENVIRONMENT, 许可类别="一般")])
    town.receive("2022-07-12", [permit(6, unit=ENVIRONMENT)], replaces=wrong)
    many = [permit(100 + n, unit=SAFETY, 许可类别="一般") for n in range(MANY)]
    town.receive("2022-08-05", [*many, permit(99, unit=SAFETY)])
    # Decided in December, received in January: the plan's month 12.
    day = "2022/12/28"
    town.receive("2023-01-10", [wrong_code(8, 许可决定日期=day, 有效期自=day)])
    with town.home.writer():
        enter_return(
            Journal(town.home),
            Return(
                return_id="", place_id=PLAN, plan_id=PLAN, unit_id="BC-U04", ledger="admin_permit",
                file_name="六月许可.xlsx", sha256="0" * 64, returned_date=date(2022, 6, 15),
                reason="代码不对", row_count=9, wrong_row_count=2, rules={"G05": 2},
            ),
        )  # fmt: skip
    town.load()
    return town


# (rule, unit, month) -> rows refused, as received.
ERRORS = {
    ("G05", "BC-U04", "2022-06"): 2,
    ("X01", "BC-U04", "2022-06"): 2,
    ("G05", "BC-U04", "2022-07"): 1,
    ("X01", "BC-U06", "2022-07"): 1,
    ("X01", "BC-U05", "2022-08"): MANY,
    ("G05", "BC-U04", "2022-12"): 1,
}
__all__ = ["ERRORS", "MANY", "MARKET", "PLAN", "build"]
