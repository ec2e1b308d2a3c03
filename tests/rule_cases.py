"""One table for all row rules: what violates each, and what looks like it but does not.

(rule, ledger, changes to the clean row that violate it, changes that do not). Changes are applied
to the clean rows of `quality_support`; each row gets a document number of its own where it names
none. The valid codes are public test vectors of the standards; persons are GB 11643's own.
"""

from __future__ import annotations

from stdnum.cn import ric

from tests.quality_support import PERSON, UNIT_CODE

BUSINESS = {"counterparty_category": "个体工商户", "uscc": "92340621MA2PBM6286"}
PLACEHOLDER = "0" * 17 + "X"
LAWFUL = "91110000600037341L"
# Passes the check character of GB 32100, its organisation code fails GB 11714.
WRONG_INSIDE = "91110105600037349T"


def resident(region: str, born: str) -> str:
    """A resident id that nobody has: sequences begin with 001."""
    body = f"{region}{born}000"
    return body + ric.calc_check_digit(body + "0")


Row = dict[str, str]
RowCase = tuple[str, str, Row, Row]

PERMIT_CASES: list[tuple[str, Row, Row]] = [
    ("G02", {"content": " "}, {"remark": ""}),
    ("G02", {"content": "无"}, {"content": "准予无仓储经营"}),
    ("G02", {**BUSINESS, "uscc": ""}, {**PERSON, "uscc": ""}),
    ("G03", {"counterparty_category": "企业"}, {"counterparty_category": " 法人及非法人组织 "}),
    ("G04", {"uscc": "-"}, {**PERSON, "uscc": ""}),
    ("G05", {"uscc": "91310115MA1G4L1WXK"}, {"uscc": LAWFUL.lower()}),
    ("G05", {"uscc": "9134"}, {**BUSINESS, "uscc": PLACEHOLDER}),
    ("G06", {"uscc": PLACEHOLDER}, {**BUSINESS, "uscc": PLACEHOLDER}),
    ("G07", {**BUSINESS, "uscc": PLACEHOLDER}, BUSINESS),
    ("G08", {"uscc": BUSINESS["uscc"]}, BUSINESS),
    ("G09", {**BUSINESS, "uscc": LAWFUL}, {**BUSINESS, "uscc": PLACEHOLDER}),
    ("G10", {"uscc": WRONG_INSIDE}, {"uscc": "91350100M000100Y43"}),
    ("G11", {"uscc": "951100006000373418"}, {"uscc": LAWFUL}),
    # 119900 was never assigned; 崇文区 was until 2010; 990000 is what plan BC adds for its sample.
    ("G12", {"uscc": "91119900MA00000075"}, {"uscc": "91110103MA0000007P"}),
    ("G12", {"uscc": "91110199MA0000007R"}, {"uscc": "91990000MA0000007X"}),
    ("G13", {"uscc": "9111 0000 6000 37341L"}, {"uscc": LAWFUL}),
    ("G14", {"org_code": "600037342"}, {"org_code": "60003734-1"}),
    ("G15", {"org_code": "D2143569-X"}, {"org_code": "600037341"}),
    ("G16", {"reg_no": "110108000000017"}, {"reg_no": "110108000000016"}),
    ("G17", {"tax_no": "1101"}, {"tax_no": "110108600037341"}),
    ("G18", {**PERSON, "legal_rep": "张三"}, PERSON),
    ("G18", {**PERSON, "uscc": LAWFUL}, {**PERSON, "uscc": "无"}),
    ("G19", {**PERSON, "id_no": ""}, PERSON),
    ("G19", {**PERSON, "id_type": "/"}, PERSON),
    ("G20", {**PERSON, "id_type": "军官证"}, {**PERSON, "id_type": "其他-军官证"}),
    ("G21", {**PERSON, "id_no": "110105194902310026"}, PERSON),  # 31 February
    (
        "G21",
        {**PERSON, "id_no": "11010519491231002"},
        {**PERSON, "id_type": "护照号", "id_no": "E1"},
    ),
    # No province 99, no county 110199; 崇文区 until 2010, a residence permit of Taiwan.
    (
        "G22",
        {**PERSON, "id_no": resident("990101", "19900101")},
        {**PERSON, "id_no": resident("110103", "19900101")},
    ),
    (
        "G22",
        {**PERSON, "id_no": resident("110199", "19900101")},
        {**PERSON, "id_no": resident("830000", "19900101")},
    ),
    ("G23", {**PERSON, "id_no": "110105491231002"}, PERSON),
    ("G24", {"legal_rep_id_type": "身份证"}, {}),
    ("G24", {"legal_rep_id_no": "11010519491231002X"}, {}),
    ("G25", {"legal_rep_id_no": "11010519491231002X"}, {"legal_rep_id_no": "无"}),
    ("G26", {"legal_rep": ""}, PERSON),
    ("G27", {"id_type": "身份证"}, PERSON),
    ("G28", {"valid_to": "2022/02/30"}, {"valid_to": "2099.12.31"}),
    ("G28", {"valid_from": "2022年6月"}, {"valid_from": "2022年6月30日"}),
    ("G29", {"decision_date": "2022/07/06"}, {"decision_date": "2022/07/05"}),  # the day itself
    ("G30", {"decision_date": "1999/12/31"}, {"decision_date": "2000/01/01"}),
    ("G31", {"authority_uscc": ""}, {}),
    ("G31", {"source_unit_uscc": "1234"}, {}),
    ("G31", {"authority_uscc": PLACEHOLDER}, {}),
    ("G32", {"authority_uscc": LAWFUL}, {"authority_uscc": "11420000MB15291767"}),
    ("G33", {"authority_name": "某局"}, {"authority_name": "示例单位04"}),
    ("G39", {"document_name": "食" * 65}, {"document_name": "食" * 64}),
    ("G40", {"content": "准予\n从事"}, {"content": "准予从事"}),
    ("G40", {"remark": "=1+1"}, {"remark": "-"}),
    ("G41", {"counterparty_name": "某公司"}, PERSON),
    ("G41", {"counterparty_name": "测试公司"}, {"counterparty_name": "示例商贸有限公司"}),
    ("G42", {"content": "联系人手机13800138000。"}, {"content": "许可证号13800138000123"}),
    ("G42", {"remark": "证号11010519491231002X"}, {"remark": "代码911101085923662400"}),
    ("G43", {"content": "生活垃圾分类经营许可"}, {"content": "垃圾清运许可"}),
    # Limit of BC: 7 working days. 2022-05-05 is a working day after the May holiday.
    (
        "T01",
        {"reported_at": "2022/05/17", "decision_date": "2022/05/05"},
        {"reported_at": "2022/05/13", "decision_date": "2022/05/05"},
    ),
    ("T03", {"decision_date": "2010/01/04"}, {}),
    ("T04", {"reported_at": "2022/06/29"}, {"reported_at": "2022/06/30"}),
    ("X01", {"permit_category": "其他"}, {"permit_category": "其他-备案"}),
    ("X01", {"permit_category": "其他-"}, {"permit_category": "登记"}),
    (
        "X02",
        {"valid_from": "2022/07/01", "valid_to": "2022/06/30"},
        {"valid_from": "2022/06/30", "valid_to": "2022/06/30"},
    ),
    ("X03", {"valid_to": "2022/06/29"}, {"valid_to": "2022/06/30"}),
    ("X04", {"valid_from": "2023/07/01"}, {"valid_from": "2023/06/30"}),  # 366 and 365 days
    ("X05", {"valid_to": "长期"}, {"valid_to": "2099/12/31"}),
    ("X05", {"valid_to": "2100/01/01"}, {}),
    ("X06", {"status": "3"}, {"status": "2"}),
    ("X07", {"valid_to": "2022/07/04"}, {"valid_to": "2022/07/04", "status": "2"}),
    ("X08", {"document_name": "许可〔2022〕1号"}, {"document_name": "许可决定书"}),
    ("X09", {"certificate_name": ""}, {"certificate_name": "", "permit_no": ""}),
    ("X09", {"permit_no": ""}, {}),
    ("X10", {"content": "准予"}, {"content": "准予经营"}),
    ("X11", {"status": "2", "published_at": "2022/07/01"}, {"published_at": "2022/07/01"}),
    ("X11", {"status": "2", "published_at": "2022/07/01"}, {"status": "2"}),
]

FINE = {"penalty_category": "罚款", "penalty_content": "罚款5000元"}
PENALTY_CASES: list[tuple[str, Row, Row]] = [
    ("G05", {"uscc": "91310115MA1G4L1WXK"}, {}),
    ("P01", {"penalty_category": "警示"}, {"penalty_category": "警告"}),
    ("P01", {"penalty_category": "其他-"}, {"penalty_category": "警告；其他-责令改正"}),
    # The former names hold "、" themselves; so does a list divided by it.
    (
        "P01",
        {"penalty_category": "没收违法所得、没收"},
        {"penalty_category": "没收违法所得、没收非法财物"},
    ),
    (
        "P01",
        {"penalty_category": "警告、罚歀"},
        {"penalty_category": "警告、暂扣或者吊销许可证、暂扣或者吊销执照"},
    ),
    ("P02", {"fine_wan_yuan": ""}, {}),
    ("P02", {"fine_wan_yuan": "0"}, {"penalty_category": "警告", "fine_wan_yuan": "0"}),
    ("P03", {"penalty_category": "警告"}, {}),
    (
        "P04",
        {"penalty_category": "没收违法所得"},
        {"penalty_category": "没收违法所得", "confiscation_wan_yuan": "0"},
    ),
    ("P05", {"confiscation_wan_yuan": "0.2"}, {"confiscation_wan_yuan": "0"}),
    (
        "P06",
        {"penalty_category": "吊销许可证"},
        {"penalty_category": "吊销许可证", "revoked_certificate": "食品经营许可证 JY1"},
    ),
    ("P07", {"fine_wan_yuan": "五千"}, {"fine_wan_yuan": "0.5"}),
    ("P07", {"fine_wan_yuan": "-1"}, {"confiscation_wan_yuan": "0"}),
    ("P07", {"fine_wan_yuan": "0.1234567"}, {"fine_wan_yuan": "0.1234560"}),
    ("P08", {"fine_wan_yuan": "5000"}, {}),
    (
        "P08",
        {"fine_wan_yuan": "1000", "penalty_content": "罚款1000万元"},
        {"fine_wan_yuan": "999", "penalty_content": "罚款999万元"},
    ),
    ("P08", {**FINE, "fine_wan_yuan": "5"}, {**FINE, "fine_wan_yuan": "0.5"}),
    ("P08", {"penalty_content": "处6000元罚款"}, {"penalty_content": "处人民币5,000元罚款"}),
    # Two fines: their sum is right as well.
    (
        "P08",
        {"penalty_content": "罚款2000元；罚款1000元"},
        {"penalty_content": "罚款2000元；罚款3000元"},
    ),
    (
        "P08",
        {"penalty_content": "没收200元，罚款4000元"},
        {"penalty_content": "没收200元，罚款5000元"},
    ),
    ("P09", {"valid_to": "2022/06/29"}, {"valid_to": "2022/06/30"}),
    ("P10", {"publicity_until": "2022/06/29"}, {"publicity_until": "2022/06/30"}),
    ("P11", {"publicity_until": "2025/07/01"}, {"publicity_until": "2025/06/30"}),
    ("P13", {"document_no": "简罚1号"}, {"document_no": "示罚1号"}),
    ("P14", {**PERSON, "published_at": "2022/07/01"}, PERSON),
    ("P16", {"violation_facts": "违反食品安全管理规定"}, {}),
    ("P16", {"penalty_content": "1.罚款5000元"}, {}),
    ("P17", {"penalty_basis": "食品安全法"}, {}),
    # Decided on 2022-06-30: the day before the eighteenth birthday, and on it.
    (
        "P18",
        {**PERSON, "id_no": resident("110101", "20040701")},
        {**PERSON, "id_no": resident("110101", "20040630")},
    ),
    # Three years are over the day before the row is received, and on that day they are not.
    (
        "P20",
        {"decision_date": "2019/07/04", "published_at": "2019/07/10", "publicity_until": ""},
        {"decision_date": "2019/07/05", "published_at": "2019/07/10", "publicity_until": ""},
    ),
    (
        "P20",
        {
            "decision_date": "2019/06/30",
            "published_at": "2019/07/10",
            "publicity_until": "2022/07/05",
        },
        {
            "decision_date": "2019/06/30",
            "published_at": "2019/07/10",
            "publicity_until": "2022/06/30",
        },
    ),
]
# Received and decided when the measures of 2023-05-01 to 2026-03-31 were in force.
PENALTY_2024_CASES: list[tuple[str, Row, Row]] = [
    (
        "P12",
        {"penalty_category": "警告", "published_at": "2024/03/08"},
        {"penalty_category": "警告;罚款", "published_at": "2024/03/08"},
    ),
    ("P15", {"publicity_until": "2025/02/28"}, {"publicity_until": "2025/03/01"}),
]

# The measures of 2026-04-01: how grave, and how long published. Received on 2027-07-06.
DECIDED = {"decision_date": "2026/04/01"}
PENALTY_2027_CASES: list[tuple[str, Row, Row]] = [
    ("P19", DECIDED, {"decision_date": "2026/03/31"}),
    ("P19", {**DECIDED, "dishonesty_level": "较重"}, {**DECIDED, "dishonesty_level": "严重"}),
    # Slight: three months at most.
    (
        "P19",
        {**DECIDED, "dishonesty_level": "轻微", "publicity_until": "2026/07/02"},
        {**DECIDED, "dishonesty_level": "轻微", "publicity_until": "2026/07/01"},
    ),
    # Ordinary: three months to a year.
    (
        "P19",
        {**DECIDED, "dishonesty_level": "一般", "publicity_until": "2026/06/30"},
        {**DECIDED, "dishonesty_level": "一般", "publicity_until": "2026/07/01"},
    ),
    (
        "P19",
        {**DECIDED, "dishonesty_level": "一般", "publicity_until": "2027/04/02"},
        {**DECIDED, "dishonesty_level": "一般", "publicity_until": "2027/04/01"},
    ),
    # Grave: one to three years.
    (
        "P19",
        {**DECIDED, "dishonesty_level": "严重", "publicity_until": "2027/03/31"},
        {**DECIDED, "dishonesty_level": "严重", "publicity_until": "2029/04/01"},
    ),
    # What is ordinary leaves publication after a year at the latest.
    (
        "P20",
        {**DECIDED, "dishonesty_level": "一般", "published_at": "2026/04/08"},
        {**DECIDED, "dishonesty_level": "严重", "published_at": "2026/04/08"},
    ),
]

TASK_CASES: list[tuple[str, Row, Row]] = [
    ("TK1", {"task_id": "BC-99"}, {}),
    ("TK1", {"unit_name": "不存在的单位"}, {"unit_name": "示例单位04"}),
    ("TK2", {"status": "完成"}, {}),
    (
        "TK2",
        {"status": "已完成", "progress_pct": "100"},
        {"status": "已完成", "progress_pct": "100", "completed_date": "2022/07/05"},
    ),
    ("TK2", {"status": "已完成", "progress_pct": "100", "completed_date": "2022/07/06"}, {}),
    ("TK4", {"progress_pct": "101"}, {"progress_pct": "99.5"}),
    (
        "TK4",
        {"progress_pct": "100"},
        {"progress_pct": "100", "status": "已完成", "completed_date": "2022/07/01"},
    ),
    ("TK4", {"status": "已完成", "completed_date": "2022/07/01"}, {"progress_pct": ""}),
    ("TK5", {"status": "已完成"}, {"status": "已完成", "evidence": "会议纪要"}),
    ("TK6", {"status": "延期"}, {"status": "延期", "extension_doc_no": "示办〔2022〕1号"}),
    ("TK7", {"unit_name": "示例单位04、示例单位05"}, {}),
]

REGISTER_ROW = {
    "decision_type": "行政许可", "document_no": "1号", "authority_name": "示例单位04",
    "authority_uscc": UNIT_CODE, "decision_date": "2022/06/01", "register_source": "部门自报",
    "status": "有效",
}  # fmt: skip
