"""Contracts: the layouts of the standard, how headers find their columns, what is refused."""

import shutil
from pathlib import Path

import pytest

from warehouse.codes import load_codes
from warehouse.contracts import (
    CONTRACTS_DIR,
    Contract,
    ContractError,
    header_key,
    load_contracts,
)

CONTRACTS = load_contracts()
PERMIT, PENALTY = CONTRACTS["admin_permit"], CONTRACTS["admin_penalty"]

ALL_CONTRACTS = pytest.mark.parametrize("contract", CONTRACTS.values(), ids=lambda c: c.ledger)


def test_the_ledgers() -> None:
    assert set(CONTRACTS) == {
        *("admin_permit", "admin_penalty", "decision_register", "platform_receipt"),
        *("submission", "task_status", "deliverable", "declaration"),
        *("official_feedback", "external_assessment", "city_index", "city_index_indicator"),
        *("publicity_article", "meeting_training", "contact", "honour", "subject"),
        *("governance_case", "gov_default_case", "commitment"),
    }


@pytest.mark.parametrize(("contract", "width"), [(PERMIT, 28), (PENALTY, 30)])
def test_standard_layout_has_its_width_before_the_extension(contract: Contract, width: int) -> None:
    standard = [c for c in contract.columns if not c.is_extension]
    assert len(standard) == width
    assert list(contract.columns[:width]) == standard
    assert len({c.code for c in standard}) == width
    assert standard[2].title == "行政相对人代码_1(统一社会信用代码)"
    further = ["失信程度"] if contract is PENALTY else []
    assert [c.title for c in contract.columns[width:]] == [
        "录入时间",
        "上报时间",
        "入库时间",
        "公示时间",
        *further,
    ]


@pytest.mark.parametrize(
    ("ledger", "headers"),
    [
        (
            "decision_register",
            "行政决定类型 决定文书号 行政相对人名称 行政相对人代码_1(统一社会信用代码) 证件号码 "
            "决定日期 决定机关 决定机关统一社会信用代码 登记来源 来源文号 状态 状态日期 "
            "不报送依据 备注",
        ),
        (
            "platform_receipt",
            "行政决定类型 决定文书号 行政相对人名称 行政相对人代码_1(统一社会信用代码) 证件号码 "
            "决定机关 决定机关统一社会信用代码 上报时间 处理结果 入库时间 退回原因 备注",
        ),
        ("submission", "义务编号 报送单位 报送单位统一社会信用代码 所属期 报送类型 报送日期 备注"),
        (
            "task_status",
            "任务编号 责任单位 填报日期 状态 进度(%) 完成日期 延期批准文号 佐证材料 备注",
        ),
        (
            "subject",
            "主体名称 统一社会信用代码 主体类别 注册号 曾用名 名称有效期自 名称有效期至 登记状态 "
            "状态日期 备注 登记机关 登记机关统一社会信用代码",
        ),
        (
            "deliverable",
            "任务编号 目标编号 责任单位 成果类型 成果名称 文号 完成日期 数量 认定级别 佐证材料 "
            "备注",
        ),
        (
            "declaration",
            "指标编号 目标编号 填报单位 所属期 数值 分子 分母 计量单位 填报日期 口径 佐证材料 备注",
        ),
        (
            "official_feedback",
            "通报文号 期次 单位 单位统一社会信用代码 行政决定类型 应报量 上报量 入库量 迟报量 "
            "合规率(%) 迟报率(%) 应报未报量 通报日期 备注",
        ),
        (
            "external_assessment",
            "考核名称 指标编号 考核单位 被考核单位 期次 得分 满分 名次 参评数 公布日期 文号 备注",
        ),
        (
            "city_index",
            "城市 期次 指标版本 分组 分组城市数 得分 满分 名次 数据性质 公布日期 来源文件 备注",
        ),
        (
            "city_index_indicator",
            "城市 期次 指标版本 指标编号 指标名称 满分 得分 数据性质 来源文件 备注",
        ),
        (
            "publicity_article",
            "发布单位 标题 发布媒体 发布日期 链接 稿件类型 宣传领域 重要节点 正文 任务编号 "
            "目标编号 备注",
        ),
        (
            "meeting_training",
            "类型 名称 主办单位 日期 参加人数 层级 主题 任务编号 目标编号 佐证材料 备注",
        ),
        ("contact", "单位 角色 姓名 岗位 办公电话 任职自 任职至 备注"),
        (
            "honour",
            "类型 名称 统一社会信用代码 级别 认定日期 认定单位 文号 推荐单位 状态 复核日期 "
            "取消日期 任务编号 目标编号 备注",
        ),
        (
            "governance_case",
            "治理对象名称 统一社会信用代码 治理领域 责任单位 列入日期 失信事由 联系状态 约谈日期 "
            "承诺日期 纳入重点监管日期 剔除原因 剔除日期 退出日期 截至日期 佐证材料 备注",
        ),
        (
            "gov_default_case",
            "事项类型 案号(编号) 事项名称 涉及机构 涉及机构统一社会信用代码 责任单位 发生日期 "
            "进入强制执行日期 涉及金额(万元) 累计已清偿(万元) 办结日期 撤出名单日期 截至日期 "
            "佐证材料 备注",
        ),
        (
            "commitment",
            "承诺主体名称 承诺主体类别 承诺主体统一社会信用代码 承诺类型 承诺事由 受理单位 "
            "受理单位统一社会信用代码 承诺作出日期 承诺期限 是否应公示 上传日期 公示日期 履行状态 "
            "核验日期 入档日期 违诺处理 承诺书编号 佐证材料 备注",
        ),
    ],
)
def test_headers_of_our_own_ledgers(ledger: str, headers: str) -> None:
    assert [c.title for c in CONTRACTS[ledger].columns] == headers.split()


@ALL_CONTRACTS
def test_every_code_list_exists(contract: Contract) -> None:
    lists = {c.codes for c in contract.columns if c.codes}
    lists |= {name for s in contract.standards for name in s.codes.values()}
    assert lists <= set(load_codes())


@ALL_CONTRACTS
def test_titles_are_recognised_as_this_ledger_only(contract: Contract) -> None:
    titles = [c.title for c in contract.columns]
    scores = {ledger: c.recognises(titles) for ledger, c in CONTRACTS.items()}
    assert max(scores, key=lambda ledger: scores[ledger]) == contract.ledger


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("行政相对人代码＿1（统一社会信用代码）", "uscc"),
        ("行政相对人代码_1\n(统一社会信用代码)", "uscc"),
        ("统一社会信用代码 ", "uscc"),
        ("*行政相对人名称", "counterparty_name"),
        ("法定代表人身份证号", "legal_rep_id_no"),
        ("工商登记码", "reg_no"),
        ("行政相对人代码_2(组织机构代码)", "org_code"),
        ("处罚事由", "violation_facts"),
        ("处罚结果", "penalty_content"),
        ("上报日期", "reported_at"),
        ("罚款金额（万元）", "fine_wan_yuan"),
        ("罚款金额(元)", None),  # never converted silently
        ("当前状态", None),  # the penalty layout has no such column
        ("地方编码", None),
    ],
)
def test_header_variants_of_penalties(header: str, field: str | None) -> None:
    column = PENALTY.column_of(header)
    assert (column.field if column else None) == field


def test_parts_share_their_field_and_a_title_beats_an_alias() -> None:
    assert PENALTY.match(["处罚类别1", "处罚类别2"]) == ["penalty_category"] * 2
    assert PENALTY.match(["处罚类别1", "处罚类别"]) == [None, "penalty_category"]
    assert PENALTY.match(["统一社会信用代码", "行政相对人代码_1(统一社会信用代码)"]) == [
        None,
        "uscc",
    ]
    assert PENALTY.match(["处罚结果", "行政处罚内容", None]) == ["penalty_content", None, None]


OLD_PERMIT = [
    "行政许可决定书文号",
    "项目名称",
    "审批类别",
    "许可内容",
    "行政相对人名称",
    "行政相对人代码_1(统一社会信用代码)",
    "行政相对人代码_2(组织机构代码)",
    "行政相对人代码_3(工商登记码)",
    "行政相对人代码_4(税务登记号)",
    "行政相对人代码_5(居民身份证号)",
    "法定代表人姓名",
    "许可决定日期",
    "许可截止期",
    "许可机关",
    "当前状态",
    "地方编码",
    "数据更新时间戳",
    "备注",
]
OLD_PENALTY = [
    "行政处罚决定书文号",
    "处罚名称",
    "处罚类别1",
    "处罚类别2",
    "处罚事由",
    "处罚依据",
    "行政相对人名称",
    "行政相对人代码_1(统一社会信用代码)",
    "行政相对人代码_2(组织机构代码)",
    "行政相对人代码_3(工商登记码)",
    "行政相对人代码_4(税务登记号)",
    "行政相对人代码_5(居民身份证号)",
    "法定代表人姓名",
    "处罚结果",
    "处罚决定日期",
    "处罚机关",
    "当前状态",
    "地方编码",
    "数据更新时间戳",
    "备注",
    "公示截止期",
]


@pytest.mark.parametrize(("contract", "headers"), [(PERMIT, OLD_PERMIT), (PENALTY, OLD_PENALTY)])
def test_layout_of_2016_is_told_and_lacks_nothing_it_never_had(
    contract: Contract, headers: list[str]
) -> None:
    standard = contract.standard_of(headers)
    assert standard.id == "2016"
    assert contract.recognises(headers) > 10
    assert [c.field for c in contract.missing(headers, standard)] == []
    assert "counterparty_category" in [
        c.field for c in contract.missing(headers, contract.standard("2018"))
    ]


def test_status_codes_follow_the_standard() -> None:
    assert PERMIT.codes_of("status") == "permit_status"
    assert PERMIT.codes_of("status", PERMIT.standard("2016")) == "permit_status_2016"


def test_penalty_categories_hold_the_old_and_the_new_set() -> None:
    codes = load_codes()["penalty_category"]
    assert {"没收违法所得、没收非法财物", "没收违法所得", "通报批评", "限制从业"} <= set(codes)


def test_header_key_ignores_width_blanks_and_marks() -> None:
    assert header_key(" *进度（％）\n") == header_key("进度(%)")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(CONTRACTS_DIR, tmp_path / "contracts")
    return tmp_path / "contracts"


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('type = "number"', 'type = "numbre"', "columns.progress_pct.type"),
        ('title = "任务编号"', 'titel = "任务编号"', "columns.task_id.title"),
        ("key_minimum = 3", "key_minimum = 0", "key_minimum"),
        ("key_minimum = 3", "key_minimum = 9", "内容"),
        ('field = "evidence"', 'field = "remark"', "内容"),
        ('aliases = ["任务状态"]', 'aliases = ["备注"]', "内容"),
        ('ledger = "task_status"', 'ledger = "tasks"', "ledger"),
        ('version = "2026.11"', "version = ", "格式"),
        ('field = "remark"', 'group = "nobody"', "columns.group"),
    ],
)
def test_broken_contract_is_refused_with_file_and_key(
    folder: Path, old: str, new: str, key: str
) -> None:
    path = folder / "task_status.toml"
    text = path.read_text(encoding="utf-8").replace(
        'aliases = ["状态(未开始/进行中/已完成/延期)", "任务状态"]', 'aliases = ["任务状态"]'
    )
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContractError) as caught:
        load_contracts(folder)
    assert caught.value.file == "task_status.toml"
    assert caught.value.key == key
    assert "task_status.toml" in str(caught.value)
