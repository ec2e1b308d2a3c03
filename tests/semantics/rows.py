"""Rows of the ledgers of plan BC, right in every cell unless an example says otherwise."""

from __future__ import annotations

from tests.reference.identifiers import ORG_ALPHABET, ORG_WEIGHTS, USCC_ALPHABET, USCC_WEIGHTS

Row = dict[str, str]

# three units of the BC roster: (name, code)
MARKET = ("示例单位04（市场监管类）", "11990000BC0000047W")  # BC-U04
SAFETY = ("示例单位05（应急管理类）", "11990000BC0000055P")  # BC-U05
ENVIRONMENT = ("示例单位06（生态环境类）", "11990000BC0000063J")  # BC-U06


def uscc(prefix: str, serial: int) -> str:
    """A unified code in the unassigned region 990000, with both check characters."""
    body = f"EX{serial:06d}"
    total = sum(ORG_ALPHABET.index(c) * w for c, w in zip(body, ORG_WEIGHTS, strict=True))
    check = 11 - total % 11
    code = f"{prefix}990000{body}" + {10: "X", 11: "0"}.get(check, str(check))
    total = sum(USCC_ALPHABET.index(c) * w for c, w in zip(code, USCC_WEIGHTS, strict=True))
    return code + USCC_ALPHABET[(31 - total % 31) % 31]


def broken(code: str) -> str:
    """The code with a wrong check character: rule G05."""
    return code[:-1] + ("0" if code[-1] != "0" else "1")


def permit(serial: int, *, unit: tuple[str, str] = MARKET, **cells: str) -> Row:
    """A permit to company ``serial``, decided on 2022-06-01 (a Wednesday; limit 2022-06-13)."""
    row = {
        "行政相对人名称": f"示例第{serial}商贸有限公司",
        "行政相对人类别": "法人及非法人组织",
        "行政相对人代码_1(统一社会信用代码)": uscc("91", serial),
        "行政相对人代码_2(工商注册号)": "",
        "行政相对人代码_3(组织机构代码)": "",
        "行政相对人代码_4(税务登记号)": "",
        "行政相对人代码_5(事业单位证书号)": "",
        "行政相对人代码_6(社会组织登记证号)": "",
        "法定代表人": "张示一",
        "法定代表人证件类型": "",
        "法定代表人证件号码": "",
        "证件类型": "",
        "证件号码": "",
        "行政许可决定文书名称": "食品经营许可决定书",
        "行政许可决定文书号": f"示市监许字〔2022〕{serial}号",
        "许可类别": "普通",
        "许可证书名称": "食品经营许可证",
        "许可编号": f"JY{serial:08d}",
        "许可内容": "准予从事预包装食品销售",
        "许可决定日期": "2022/06/01",
        "有效期自": "2022/06/01",
        "有效期至": "2027/05/31",
        "许可机关": unit[0],
        "许可机关统一社会信用代码": unit[1],
        "当前状态": "1",
        "数据来源单位": unit[0],
        "数据来源单位统一社会信用代码": unit[1],
        "备注": "",
        "录入时间": "",
        "上报时间": "",
    }
    return changed(row, cells)


def register(serial: int, *, unit: tuple[str, str] = MARKET, **cells: str) -> Row:
    """The register's row of the same decision, told by the department itself."""
    row = {
        "行政决定类型": "行政许可",
        "决定文书号": f"示市监许字〔2022〕{serial}号",
        "行政相对人名称": f"示例第{serial}商贸有限公司",
        "行政相对人代码_1(统一社会信用代码)": uscc("91", serial),
        "证件号码": "",
        "决定日期": "2022/06/01",
        "决定机关": unit[0],
        "决定机关统一社会信用代码": unit[1],
        "登记来源": "部门自报",
        "来源文号": "",
        "状态": "有效",
        "状态日期": "",
        "不报送依据": "",
        "备注": "",
    }
    return changed(row, cells)


def receipt(serial: int, reported: str, *, unit: tuple[str, str] = MARKET, **cells: str) -> Row:
    """The platform's answer to the same decision: reported on that day and stored."""
    row = {
        "行政决定类型": "行政许可",
        "决定文书号": f"示市监许字〔2022〕{serial}号",
        "行政相对人名称": f"示例第{serial}商贸有限公司",
        "行政相对人代码_1(统一社会信用代码)": uscc("91", serial),
        "证件号码": "",
        "决定机关": unit[0],
        "决定机关统一社会信用代码": unit[1],
        "上报时间": reported,
        "处理结果": "入库",
        "入库时间": reported,
        "退回原因": "",
        "备注": "",
    }
    return changed(row, cells)


def nil(month: str, day: str, *, unit: tuple[str, str], **cells: str) -> Row:
    """A nil declaration for the monthly double-publicity ledger."""
    row = {
        "义务编号": "BC-DU-PUB",
        "报送单位": unit[0],
        "报送单位统一社会信用代码": unit[1],
        "所属期": month,
        "报送类型": "零报送",
        "报送日期": day,
        "备注": "",
    }
    return changed(row, cells)


def status(task: str, day: str, state: str, completed: str = "", *, unit: str) -> Row:
    """One report on one task."""
    return {
        "任务编号": task,
        "责任单位": unit,
        "填报日期": day,
        "状态": state,
        "进度(%)": "100" if state == "已完成" else "50",
        "完成日期": completed,
        "延期批准文号": "",
        "佐证材料": "文件",
        "备注": "",
    }


def deliverable(task: str, title: str, completed: str, *, unit: str, **cells: str) -> Row:
    """A document issued for a clause."""
    row = {
        "任务编号": task,
        "目标编号": "",
        "责任单位": unit,
        "成果类型": "制度文件",
        "成果名称": title,
        "文号": f"示文〔2022〕{len(title)}号",
        "完成日期": completed,
        "数量": "",
        "认定级别": "本级",
        "佐证材料": "正文",
        "备注": "",
    }
    return changed(row, cells)


def declaration(metric: str, period: str, declared: str, *, unit: str, **cells: str) -> Row:
    """A figure that a unit declares for a period."""
    row = {
        "指标编号": metric,
        "目标编号": "",
        "填报单位": unit,
        "所属期": period,
        "数值": "",
        "分子": "",
        "分母": "",
        "计量单位": "",
        "填报日期": declared,
        "口径": "明细",
        "佐证材料": "台账",
        "备注": "",
    }
    return changed(row, cells)


def meeting(kind: str, title: str, day: str, *, unit: str, **cells: str) -> Row:
    """A meeting, training, visit or inspection."""
    row = {
        "类型": kind,
        "名称": title,
        "主办单位": unit,
        "日期": day,
        "参加人数": "20",
        "层级": "本级",
        "主题": "信用知识",
        "任务编号": "",
        "目标编号": "",
        "佐证材料": "签到表",
        "备注": "",
    }
    return changed(row, cells)


def honour(kind: str, name: str, day: str, *, unit: str, **cells: str) -> Row:
    """A model or demonstration chosen."""
    row = {
        "类型": kind,
        "名称": name,
        "统一社会信用代码": "",
        "级别": "本级",
        "认定日期": day,
        "认定单位": "示例市信用办",
        "文号": "示信〔2022〕1号",
        "推荐单位": unit,
        "状态": "有效",
        "复核日期": "",
        "取消日期": "",
        "任务编号": "",
        "目标编号": "",
        "备注": "",
    }
    return changed(row, cells)


def article(title: str, day: str, *, unit: str, **cells: str) -> Row:
    """An article of a unit's own."""
    row = {
        "发布单位": unit,
        "标题": title,
        "发布媒体": "示例政务微信",
        "发布日期": day,
        "链接": "",
        "稿件类型": "原创",
        "宣传领域": "商务诚信",
        "重要节点": "",
        "正文": f"{title}的示例正文。",
        "任务编号": "",
        "目标编号": "",
        "备注": "",
    }
    return changed(row, cells)


def contact(role: str, start: str, *, unit: str, **cells: str) -> Row:
    """Who has a role in a unit from a day on."""
    row = {
        "单位": unit,
        "角色": role,
        "姓名": "张示一",
        "岗位": "科员",
        "办公电话": "000-00000000",
        "任职自": start,
        "任职至": "",
        "备注": "",
    }
    return changed(row, cells)


def notice(period: str, kind: str, issued: str, *, unit: str, **cells: str) -> Row:
    """What an official notice says of a unit's month: 100 owed, 98 reported, 95 stored, 4 late."""
    row = {
        "通报文号": "示通〔2020〕1号",
        "期次": period,
        "单位": unit,
        "单位统一社会信用代码": "",
        "行政决定类型": kind,
        "应报量": "100",
        "上报量": "98",
        "入库量": "95",
        "迟报量": "4",
        "合规率(%)": "",
        "迟报率(%)": "",
        "应报未报量": "2",
        "通报日期": issued,
        "备注": "",
    }
    return changed(row, cells)


def governed(serial: int, listed: str, told: str, *, unit: str, **cells: str) -> Row:
    """A firm under treatment, as it stands on a day."""
    row = {
        "治理对象名称": f"示例第{serial}商贸有限公司",
        "统一社会信用代码": uscc("91", serial),
        "治理领域": "食品药品",
        "责任单位": unit,
        "列入日期": listed,
        "失信事由": "同类违法行为多次被处罚",
        "联系状态": "",
        "约谈日期": "",
        "承诺日期": "",
        "纳入重点监管日期": "",
        "剔除原因": "",
        "剔除日期": "",
        "退出日期": "",
        "截至日期": told,
        "佐证材料": "台账",
        "备注": "",
    }
    return changed(row, cells)


def debt(kind: str, number: int, opened: str, told: str, *, unit: str, **cells: str) -> Row:
    """A case, debt or event of a public body, as it stands on a day."""
    row = {
        "事项类型": kind,
        "案号(编号)": f"示欠〔2020〕{number}号",
        "事项名称": "工程款纠纷",
        "涉及机构": f"示例机构{number}",
        "涉及机构统一社会信用代码": "",
        "责任单位": unit,
        "发生日期": opened,
        "进入强制执行日期": "",
        "涉及金额(万元)": "100",
        "累计已清偿(万元)": "",
        "办结日期": "",
        "撤出名单日期": "",
        "截至日期": told,
        "佐证材料": "台账",
        "备注": "",
    }
    return changed(row, cells)


def commitment(serial: int, made: str, *, unit: str, **cells: str) -> Row:
    """A firm's commitment, not yet uploaded."""
    row = {
        "承诺主体名称": f"示例第{serial}商贸有限公司",
        "承诺主体类别": "法人及非法人组织",
        "承诺主体统一社会信用代码": uscc("91", serial),
        "承诺类型": "主动公示型",
        "承诺事由": "诚信经营承诺",
        "受理单位": unit,
        "受理单位统一社会信用代码": "",
        "承诺作出日期": made,
        "承诺期限": "",
        "是否应公示": "",
        "上传日期": "",
        "公示日期": "",
        "履行状态": "",
        "核验日期": "",
        "入档日期": "",
        "违诺处理": "",
        "承诺书编号": "",
        "佐证材料": "承诺书",
        "备注": "",
    }
    return changed(row, cells)


def changed(row: Row, cells: dict[str, str]) -> Row:
    unknown = set(cells) - set(row)
    assert not unknown, f"no such column: {unknown}"
    return row | cells
