"""Each ledger is known by its headers, however a department writes them, and is no other."""

from __future__ import annotations

import pytest

from etl.headers import Header, Row, find_header
from warehouse.contracts import Contract, load_contracts
from warehouse.ledgers import LEDGER_IDS, PLANNED_FILE, ledger_titles

CONTRACTS = load_contracts()
EACH = pytest.mark.parametrize("contract", CONTRACTS.values(), ids=lambda c: c.ledger)


def recognised(*rows: list[str | None]) -> Header:
    width = max(map(len, rows))
    padded: list[Row] = [(n, [*r, *[None] * (width - len(r))]) for n, r in enumerate(rows, start=1)]
    header = find_header(padded, CONTRACTS)
    assert header is not None
    return header


def titles(contract: Contract) -> list[str | None]:
    return [c.title for c in contract.columns]


@EACH
def test_template_with_titles_above_is_itself(contract: Contract) -> None:
    header = recognised(
        ["示例市2022年6月" + contract.title + "台账"],
        ["填报单位：示例单位04", None, "填报日期：2022/07/05"],
        titles(contract),
    )
    assert (header.contract.ledger, header.row) == (contract.ledger, 3)
    assert header.known == len(contract.columns)


@EACH
def test_required_columns_alone_are_enough(contract: Contract) -> None:
    needed = [c.title for c in contract.columns if c.is_required]
    assert recognised([*needed]).contract.ledger == contract.ledger


@EACH
@pytest.mark.parametrize("nth", range(3))
def test_aliases_are_as_good_as_titles(contract: Contract, nth: int) -> None:
    row: list[str | None] = [c.headers[min(nth + 1, len(c.headers) - 1)] for c in contract.columns]
    header = recognised(row)
    assert header.contract.ledger == contract.ledger
    assert header.contract.match(header.titles) == list(contract.fields)


@EACH
def test_merged_group_headers_and_marks_of_required_columns(contract: Contract) -> None:
    """A group over the first three columns and one over the rest, as printed tables have them."""
    groups: list[str | None] = ["基本情况", None, None, "填报内容"]
    marked: list[str | None] = [
        f"*{c.title}" if c.is_required else f"{c.title}（选填）" for c in contract.columns
    ]
    header = recognised(["标题"], groups, marked)
    assert header.contract.ledger == contract.ledger
    assert header.known == len(contract.columns)


@EACH
def test_no_other_ledger_knows_as_much(contract: Contract) -> None:
    own = contract.recognises(titles(contract))
    others = {x.ledger: x.recognises(titles(contract)) for x in CONTRACTS.values()}
    del others[contract.ledger]
    assert max(others.values()) < own


@pytest.mark.parametrize("other", CONTRACTS.values(), ids=lambda c: c.ledger)
@EACH
def test_a_workbook_of_two_ledgers_is_two(contract: Contract, other: Contract) -> None:
    """One sheet is never taken for the other, whichever contract is asked first."""
    if contract is other:
        return
    for order in ((contract, other), (other, contract)):
        pair = {c.ledger: c for c in order}
        header = find_header([(1, titles(contract))], pair)
        assert header is not None
        assert header.contract is contract


@pytest.mark.parametrize(
    ("ledger", "headers"),
    [
        # As offices write them: short, with words of their own, and no more than needed.
        ("deliverable", "序号 对应任务 牵头单位 文件类型 文件名称 文号 印发日期 备注"),
        ("meeting_training", "序号 类别 培训名称 组织单位 培训日期 人数 培训内容"),
        ("honour", "序号 称号 获评对象 认定级别 命名日期 命名单位 推荐部门 状态"),
        ("publicity_article", "序号 单位 稿件标题 发布平台 发布时间 网址 原创/转载"),
        ("contact", "序号 单位名称 责任类型 姓名 职务 联系电话 任职日期"),
        ("declaration", "指标代码 申报单位 统计期 指标值 申报日期"),
        ("official_feedback", "通报文号 统计期 部门 数据类型 上报条数 入库条数 合规率 印发日期"),
        ("external_assessment", "考核项目 指标编号 考评单位 考核对象 考核年度 总分 排名 发布日期"),
        ("city_index", "城市名称 月份 版本 组别 综合得分 全国排名 数据性质"),
        ("city_index_indicator", "城市 期次 版本 指标代码 监测指标 分值 指标得分 数据性质"),
        ("subject", "企业名称 统一社会信用代码 企业类型 经营状态"),
        ("task_status", "任务编号 责任单位 填报日期 任务状态 完成进度(%) 完成日期 佐证材料"),
        ("submission", "义务编号 报送单位 所属期 报送类型 报送日期"),
        (
            "governance_case",
            "序号 涉事企业名称 治理领域 牵头单位 列入日期 联系情况 约谈日期 退出日期 截至日期",
        ),
        (
            "gov_default_case",
            "序号 案件类型 案号 被执行机构 责任单位 立案日期 履行完毕日期 截至日期",
        ),
        ("commitment", "承诺人 主体类别 承诺类别 承诺事项 受理单位 签订日期 公示日期 履约状态"),
    ],
)
def test_headers_as_offices_write_them(ledger: str, headers: str) -> None:
    header = recognised([*headers.split()])
    assert header.contract.ledger == ledger
    missing = header.contract.missing(header.titles, header.contract.standards[0])
    assert [c.title for c in missing] == []


def test_a_single_column_of_a_group_may_be_named_anew() -> None:
    article = CONTRACTS["publicity_article"]
    assert article.column("unit_name").title == "发布单位"
    assert article.column("unit_name").is_required  # the group's own
    assert CONTRACTS["deliverable"].column("task_id").is_required
    assert not article.column("task_id").is_required


def test_every_contract_is_a_ledger_that_plans_may_name() -> None:
    assert set(CONTRACTS) <= LEDGER_IDS
    assert len(LEDGER_IDS) == 40
    # The titles in the list are those of the contracts, where there is one.
    lines = PLANNED_FILE.read_text(encoding="utf-8").splitlines()[1:]
    planned = dict(line.split(",")[:2] for line in lines)
    assert planned == ledger_titles()
