"""What of the long matters is open at the end of a plan's year: subjects under treatment, debts of
public bodies, commitments that nobody has judged."""

from __future__ import annotations

from datetime import date

import pytest

from tests.ledger_cases import CLEAN, Row
from tests.quality_support import Handed
from tests.test_runner import judged
from warehouse.carry_over import CarriedItem, carry_over_queries, read_open_items
from warehouse.contracts import load_contracts
from warehouse.models import run_models
from warehouse.plan_checks import CARRIED_KINDS

MODELS = {"error_rows", "governance_cases", "gov_default_cases", "commitments"}
LATE = date(2023, 2, 1)
EXIT = {"committed_date": "2022/03/08", "supervised_date": "2022/03/15"}


def opened(ledger: str, *changes: Row) -> list[CarriedItem]:
    rows = [{**CLEAN[ledger], **cells} for cells in changes]
    con = judged(Handed(ledger, rows, received=LATE))
    run_models(con, "marts", only=MODELS)
    return read_open_items(con, "BC", {ledger})


def test_every_ledger_with_something_open_has_a_contract_and_its_kind() -> None:
    queries = carry_over_queries()
    assert queries.keys() <= load_contracts().keys()
    named = {
        kind for kind in CARRIED_KINDS for sql in queries.values() if f"'{kind}' as kind" in sql
    }
    assert named == CARRIED_KINDS


@pytest.mark.parametrize(
    ("cells", "state"),
    [
        ({}, "在经营"),
        ({"contact_state": ""}, "未联系"),
        ({**EXIT, "exited_date": "2022/12/31"}, None),
        # closed after the year's end: still open in the year that is over
        ({**EXIT, "exited_date": "2023/01/05"}, "在经营"),
        ({"exclusion_reason": "注销", "excluded_date": "2022/05/01", "evidence": "登记"}, None),
        # listed after the year's end
        ({"listed_date": "2023/01/05", "interviewed_date": ""}, None),
    ],
)
def test_subjects_under_treatment(cells: Row, state: str | None) -> None:
    code, title = CLEAN["governance_case"]["uscc"], "示例商贸有限公司（食品药品）"
    found = opened("governance_case", cells)
    wanted = CarriedItem(
        "governance_subject", code, title, "BC-U04", state or "", date(2022, 1, 10)
    )
    assert found == ([wanted] if state else [])


@pytest.mark.parametrize(
    ("cells", "state"),
    [
        ({}, "未履行完毕"),
        ({"fulfilled_date": "2022/10/01"}, "已履行未撤出名单"),
        ({"fulfilled_date": "2022/10/01", "removed_date": "2022/11/01"}, None),
        ({"fulfilled_date": "2022/10/01", "removed_date": "2023/01/09"}, "已履行未撤出名单"),
        ({"case_kind": "拖欠账款"}, "未付清"),
        ({"case_kind": "拖欠账款", "fulfilled_date": "2022/10/01"}, None),
        ({"case_kind": "重大失信事件"}, "未整改到位"),
    ],
)
def test_debts_of_public_bodies(cells: Row, state: str | None) -> None:
    title = "示例镇人民政府：工程款纠纷"
    wanted = CarriedItem(
        "debt", "（2022）示01执12号", title, "BC-U04", state or "", date(2022, 2, 18)
    )
    assert opened("gov_default_case", cells) == ([wanted] if state else [])


@pytest.mark.parametrize(
    ("cells", "state"),
    [
        ({}, "到期未核验"),  # due on 31 December
        ({"due_date": "2023/06/30"}, "未到期"),
        ({"due_date": ""}, None),  # for good: nothing to judge
        ({"verified_date": "2022/12/31", "fulfilment_state": "全部履行"}, None),
        ({"verified_date": "2023/01/04", "fulfilment_state": "全部履行"}, "到期未核验"),
    ],
)
def test_commitments_not_yet_judged(cells: Row, state: str | None) -> None:
    code, title = CLEAN["commitment"]["uscc"], "示例商贸有限公司：诚信经营承诺"
    wanted = CarriedItem("commitment", code, title, "BC-U04", state or "", date(2022, 6, 8))
    assert opened("commitment", cells) == ([wanted] if state else [])


def test_the_newest_row_speaks_and_a_wrong_one_does_not() -> None:
    told = {**EXIT, "exited_date": "2022/06/20", "as_of_date": "2022/06/30"}
    assert opened("governance_case", {"as_of_date": "2022/03/31"}, told) == []
    wrong = {**told, "committed_date": ""}  # out without a promise: Z03
    assert len(opened("governance_case", {"as_of_date": "2022/03/31"}, wrong)) == 1
