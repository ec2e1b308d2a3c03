"""Clean rows of the office's own ledgers, and one table of what violates each row rule of them.

(rule, ledger, changes to the clean row that violate it, changes that do not). Rows are received on
2022-07-05 under plan BC. What two rows must not share (`UNIQUE`) is numbered by the tests.
"""

from __future__ import annotations

from tests.quality_support import UNIT_CODE, UNIT_NAME

Row = dict[str, str]
LedgerCase = tuple[str, str, Row, Row]

LAWFUL = "91110000600037341L"
BUSINESS = "92340621MA2PBM6286"

CLEAN: dict[str, Row] = {
    "subject": {
        "subject_name": "示例商贸有限公司", "uscc": LAWFUL, "subject_category": "企业",
        "registration_status": "存续", "name_valid_from": "2019/03/01",
    },
    "deliverable": {
        "task_id": "BC-01-3", "target_id": "BC-T016", "unit_name": UNIT_NAME,
        "deliverable_type": "工作方案", "title": "条例学习宣传实施方案",
        "doc_no": "示信用办〔2022〕3号", "completed_date": "2022/06/20",
    },
    "declaration": {
        "metric_id": "regulation_interpretation_coverage", "target_id": "BC-T017",
        "unit_name": UNIT_NAME, "period": "2022-06", "numerator": "90", "denominator": "100",
        "unit": "%", "declared_date": "2022/07/05", "basis": "汇总", "evidence": "统计表",
    },
    "official_feedback": {
        "doc_no": "示信用〔2022〕6号", "period": "2022-06", "unit_name": UNIT_NAME,
        "unit_uscc": UNIT_CODE, "decision_type": "行政许可", "owed_count": "1000",
        "reported_count": "995", "stored_count": "990", "late_count": "4",
        "compliance_pct": "99.5", "late_pct": "0.4", "missed_count": "5",
        "issued_date": "2022/07/04",
    },
    "external_assessment": {
        "title": "示例省社会信用体系建设考核", "metric_id": "training_session_count",
        "assessor": "示例省信用办", "unit_name": "示例市", "period": "2022-Q2", "score": "92.5",
        "full_score": "100", "rank": "7", "field_size": "13", "published_date": "2022/07/01",
    },
    "city_index": {
        "city_name": "示例市", "period": "2022-06", "index_version": "2020", "group_name": "地级市",
        "group_size": "261", "score": "83.12", "full_score": "100", "rank": "96",
        "value_source": "官方", "published_date": "2022/07/01", "source_doc": "示例监测简报第6期",
    },
    "city_index_indicator": {
        "city_name": "示例市", "period": "2022-06", "index_version": "2020", "indicator_id": "A1",
        "indicator_name": "信用制度和基础建设", "full_score": "20", "score": "17.2",
        "value_source": "官方", "source_doc": "示例监测简报第6期",
    },
    "publicity_article": {
        "unit_name": UNIT_NAME, "title": "诚信宣传进社区", "media": "信用示例网站",
        "published_date": "2022/06/14", "article_kind": "原创", "field": "社会诚信",
        "node": "信用记录关爱日", "content": "六月十四日，本单位进社区讲解信用修复。",
        "task_id": "BC-13-4", "target_id": "BC-T060",
    },
    "meeting_training": {
        "kind": "培训", "title": "信用修复专题培训班", "unit_name": UNIT_NAME,
        "held_date": "2022/05/18", "attendee_count": "86", "level": "本级",
        "topic": "信用修复流程", "task_id": "BC-12-1", "target_id": "BC-T053",
    },
    "contact": {
        "unit_name": UNIT_NAME, "role": "联络员", "person_name": "张三", "post": "科长",
        "phone": "0436-8888888", "valid_from": "2022/01/01",
    },
    "honour": {
        "kind": "诚信示范企业", "name": "示例商贸有限公司", "uscc": LAWFUL, "level": "省",
        "awarded_date": "2022/06/30", "awarder": "示例省发展和改革委员会",
        "unit_name": UNIT_NAME, "status": "有效",
    },
    "governance_case": {
        "subject_name": "示例商贸有限公司", "uscc": LAWFUL, "domain": "食品药品",
        "unit_name": UNIT_NAME, "listed_date": "2022/01/10", "contact_state": "在经营",
        "interviewed_date": "2022/03/08", "as_of_date": "2022/05/31",
    },
    "gov_default_case": {
        "case_kind": "失信被执行", "case_no": "（2022）示01执12号", "title": "工程款纠纷",
        "agency_name": "示例镇人民政府", "unit_name": UNIT_NAME, "opened_date": "2022/02/18",
        "amount": "120.5", "paid_amount": "60", "as_of_date": "2022/06/30",
    },
    "commitment": {
        "promiser_name": "示例商贸有限公司", "promiser_category": "法人及非法人组织",
        "uscc": LAWFUL, "commitment_type": "主动公示型", "matter": "诚信经营承诺",
        "unit_name": UNIT_NAME, "made_date": "2022/06/08", "due_date": "2022/12/31",
        "uploaded_date": "2022/06/10", "published_date": "2022/06/10",
        "fulfilment_state": "未到期", "evidence": "承诺书扫描件",
    },
}  # fmt: skip

UNIQUE = {
    "subject": "remark",
    "deliverable": "title",
    "declaration": "remark",
    "official_feedback": "doc_no",
    "external_assessment": "title",
    "city_index": "city_name",
    "city_index_indicator": "city_name",
    "publicity_article": "content",
    "meeting_training": "title",
    "contact": "remark",
    "honour": "remark",
    "governance_case": "remark",
    "gov_default_case": "remark",
    "commitment": "matter",
}

CASES: list[LedgerCase] = [
    # Rules for all ledgers, each on a ledger that they did not know before.
    ("G02", "deliverable", {"task_id": "无"}, {"target_id": ""}),
    ("G02", "city_index", {"value_source": ""}, {"source_doc": "简报"}),
    ("G05", "subject", {"uscc": "91310115MA1G4L1WXK"}, {"uscc": LAWFUL.lower()}),
    ("G05", "official_feedback", {"unit_uscc": "1234"}, {"unit_uscc": ""}),
    ("G05", "honour", {"uscc": "9134"}, {}),
    ("G10", "subject", {"uscc": "91110105600037349T"}, {}),
    ("G11", "honour", {"uscc": "951100006000373418"}, {}),
    ("G13", "subject", {"uscc": "9111 0000 6000 37341L"}, {}),
    ("G16", "subject", {"reg_no": "110108000000017"}, {"reg_no": "110108000000016"}),
    ("G28", "contact", {"valid_from": "2022年1月"}, {"valid_from": "2022.1.1"}),
    ("G28", "meeting_training", {"held_date": "5月18日-20日"}, {}),
    ("G39", "contact", {"post": "科" * 101}, {"post": "科" * 100}),
    ("G40", "deliverable", {"evidence": "=HYPERLINK(1)"}, {"evidence": "印发件"}),
    # The text of an article has lines; a script it must not have.
    ("G40", "publicity_article", {"content": "一<script>"}, {"content": "一段\n二段"}),
    ("G42", "publicity_article", {"content": "联系人手机13800138000。"}, {}),
    ("D01", "honour", {"status": "已取消"}, {"status": "复核中"}),
    ("D01", "subject", {"registration_status": "正常"}, {"registration_status": "在营"}),
    ("D01", "meeting_training", {"level": "省级"}, {"level": ""}),
    ("D02", "declaration", {"period": "Jun-22"}, {"period": "2022"}),
    ("D02", "declaration", {"period": "2022-W23"}, {"period": "2022Q2"}),
    ("D02", "declaration", {"period": "2022/6/1"}, {"period": "2022年6月"}),  # a date: asked about
    ("D02", "city_index", {"period": "2022-Q2"}, {"period": "202206"}),
    ("D02", "official_feedback", {"period": "2022-08"}, {"period": "2022-07"}),  # not yet begun
    ("D03", "publicity_article", {"unit_name": "不存在的单位"}, {"unit_name": "示例单位04"}),
    ("D03", "official_feedback", {"unit_name": "合计", "unit_uscc": ""}, {"unit_name": "某局"}),
    ("D03", "meeting_training", {"unit_name": "示例省信用办"}, {}),
    ("D04", "deliverable", {"completed_date": "2022/07/06"}, {"completed_date": "2022/07/05"}),
    ("D04", "honour", {"awarded_date": "2023/06/30"}, {}),
    ("D05", "declaration", {"value": "3万"}, {"numerator": "900", "denominator": "1,000"}),
    ("D05", "official_feedback", {"compliance_pct": "99.5%"}, {}),
    ("D05", "meeting_training", {"attendee_count": "80余人"}, {"attendee_count": "无"}),
    ("D05", "city_index", {"score": "-1"}, {"score": "0"}),
    ("D05", "city_index", {"rank": "96.5"}, {"rank": "96.0"}),
    ("D06", "deliverable", {"task_id": "BC-99"}, {}),
    ("D06", "honour", {"target_id": "BC-T999"}, {"target_id": "BC-T051"}),
    ("D06", "declaration", {"metric_id": "no_such_metric"}, {}),
    ("D06", "declaration", {"target_id": "BC-T053"}, {"target_id": ""}),  # asks another metric
    ("D06", "external_assessment", {"metric_id": "provincial_rank"}, {}),
    ("D06", "meeting_training", {"target_id": "BC-T060"}, {"task_id": ""}),  # of another task
    # Treatment, defaults of public bodies, commitments: the rules for all ledgers.
    ("G02", "governance_case", {"domain": ""}, {"uscc": ""}),
    ("G02", "gov_default_case", {"agency_name": ""}, {"amount": ""}),
    ("C01", "commitment", {"made_date": ""}, {"due_date": ""}),
    ("G05", "governance_case", {"uscc": "9134"}, {}),
    ("G05", "commitment", {"unit_uscc": "9134"}, {"unit_uscc": UNIT_CODE}),
    ("G28", "gov_default_case", {"fulfilled_date": "6月底"}, {"fulfilled_date": "2022.6.30"}),
    ("D01", "governance_case", {"contact_state": "失联"}, {"contact_state": ""}),
    ("D01", "governance_case", {"exclusion_reason": "搬走了"}, {"exclusion_reason": "注销"}),
    ("D01", "gov_default_case", {"case_kind": "合同纠纷"}, {"case_kind": "拖欠账款"}),
    ("D01", "commitment", {"fulfilment_state": "在办"}, {"fulfilment_state": "全部履行"}),
    ("D03", "governance_case", {"unit_name": "不存在的单位"}, {"unit_name": "示例单位04"}),
    ("D03", "commitment", {"unit_name": "不存在的单位"}, {}),
    ("D04", "governance_case", {"exited_date": "2022/07/06"}, {"exited_date": "2022/07/05"}),
    ("D04", "commitment", {"published_date": "2022/07/06"}, {"due_date": "2023/07/06"}),
    ("D05", "gov_default_case", {"amount": "1.2万"}, {"amount": "0"}),
    # Commitments.
    (
        "C01",
        "commitment",
        {"uscc": ""},
        {"uscc": "", "promiser_category": "自然人", "promiser_name": "李示例"},
    ),
    ("C01", "commitment", {"unit_name": "无"}, {"published_date": ""}),
    ("C02", "commitment", {"commitment_type": "口头承诺"}, {"commitment_type": "信用修复型"}),
    ("C03", "commitment", {"made_date": "2022/07/06"}, {"made_date": "2022/07/05"}),  # the day
    ("C03", "commitment", {"due_date": "2022/06/07"}, {"due_date": "2022/06/08"}),
    # Over on the day after.
    ("C04", "commitment", {"due_date": "2022/07/04"}, {"due_date": "2022/07/05"}),
    (
        "C04",
        "commitment",
        {"due_date": "2022/07/04", "fulfilment_state": ""},
        {"due_date": "2022/07/04", "fulfilment_state": "全部履行"},
    ),
    (
        "C05",
        "commitment",
        {"fulfilment_state": "部分履行"},
        {"fulfilment_state": "部分履行", "breach_handling": "约谈并记入信用记录"},
    ),
    ("C06", "commitment", {"evidence": ""}, {"evidence": "扫描件"}),
    ("C07", "commitment", {"uscc": "91310115MA1G4L1WXK"}, {"uscc": LAWFUL.lower()}),
    # 专项治理.
    ("Z01", "governance_case", {"excluded_date": "2022/05/01", "evidence": "裁定书"}, {}),
    (
        "Z01",
        "governance_case",
        {"exclusion_reason": "注销", "excluded_date": "2022/05/01"},
        {"exclusion_reason": "注销", "excluded_date": "2022/05/01", "evidence": "注销证明"},
    ),
    ("Z01", "governance_case", {"exclusion_reason": "吊销", "evidence": "决定书"}, {}),
    (
        "Z02",
        "governance_case",
        {"contact_state": "无法联系", "exited_date": "2022/05/01"},
        {
            "contact_state": "无法联系", "exited_date": "2022/05/01",
            "supervised_date": "2022/04/01",
        },
    ),
    (
        "Z02",
        "governance_case",
        {"contact_state": "", "exited_date": "2022/05/01"},
        {"contact_state": ""},
    ),
    (
        "Z03",
        "governance_case",
        {"exited_date": "2022/05/01", "supervised_date": "2022/04/01"},
        {
            "exited_date": "2022/05/01", "supervised_date": "2022/04/01",
            "committed_date": "2022/03/08",
        },
    ),
    (
        "Z04",
        "governance_case",
        {"exclusion_reason": "注销", "evidence": "证明", "exited_date": "2022/05/01"},
        {"exited_date": "2022/05/01"},
    ),
    # Index and totals.
    ("M01", "city_index", {"score": "100.01"}, {"score": "100"}),
    ("M01", "city_index", {"rank": "262"}, {"rank": "261"}),
    ("M01", "city_index", {"rank": "0"}, {"rank": ""}),
    ("M01", "city_index_indicator", {"score": "20.1"}, {"score": "20"}),
    ("M01", "external_assessment", {"rank": "14"}, {"rank": "13"}),
    ("M02", "city_index", {"index_version": "1999"}, {"index_version": "2020"}),
    ("M02", "city_index", {"source_doc": ""}, {"source_doc": "", "value_source": "测算"}),
    ("M02", "city_index_indicator", {"indicator_id": "Z9"}, {}),
    ("M02", "city_index_indicator", {"full_score": "21"}, {"full_score": ""}),
    ("M03", "official_feedback", {"stored_count": "996", "compliance_pct": ""}, {}),
    ("M03", "official_feedback", {"late_count": "996", "late_pct": ""}, {"late_pct": ""}),
    ("M03", "official_feedback", {"missed_count": "1001"}, {"missed_count": "1000"}),
    ("M03", "official_feedback", {"compliance_pct": "100.1"}, {}),
    # 990 of 995 are 99.497 %: 99.4 is cut off, 99.3 is wrong, 0.995 is the format of the cell.
    ("M03", "official_feedback", {"compliance_pct": "99.3"}, {"compliance_pct": "99.4"}),
    ("M03", "official_feedback", {"compliance_pct": "0.995"}, {"compliance_pct": ""}),
    ("M03", "official_feedback", {"late_pct": "4"}, {"late_pct": "0.40"}),
    (
        "M03",
        "official_feedback",
        {"reported_count": "0", "stored_count": "0", "late_count": "0", "late_pct": "0"},
        {
            "reported_count": "0", "stored_count": "0", "late_count": "0", "late_pct": "",
            "compliance_pct": "",
        },
    ),
    ("M03", "declaration", {"denominator": "0"}, {"numerator": "0", "denominator": "0"}),
    ("M03", "declaration", {"numerator": "101"}, {"numerator": "100"}),
    ("M03", "declaration", {"value": "101"}, {"value": "90"}),
    ("M03", "declaration", {"value": "0.9"}, {"value": "90.05"}),
    ("M04", "city_index", {"score": "", "rank": ""}, {"score": ""}),
    ("M04", "external_assessment", {"score": "/", "rank": "-"}, {"rank": ""}),
    # Single ledgers.
    ("CT1", "contact", {"valid_to": "2021/12/31"}, {"valid_to": "2022/01/01"}),
    ("DC1", "declaration", {"numerator": "", "denominator": ""}, {}),
    ("DC1", "declaration", {"denominator": ""}, {"value": ""}),
    ("DC1", "declaration", {"numerator": ""}, {"numerator": "0"}),
    # A rate given as a bare value; a count is given that way.
    (
        "DC1",
        "declaration",
        {"value": "90", "numerator": "", "denominator": "", "unit": ""},
        {
            "metric_id": "policy_repost_count", "target_id": "BC-T014", "value": "12",
            "numerator": "", "denominator": "", "unit": "篇",
        },
    ),
    ("DC2", "declaration", {"declared_date": "2022/05/31"}, {"declared_date": "2022/06/01"}),
    ("DC4", "declaration", {"evidence": ""}, {"evidence": "", "basis": "明细"}),
    ("DE1", "deliverable", {"doc_no": ""}, {"doc_no": "", "evidence": "系统截图"}),
    ("DE2", "deliverable", {"amount": "0"}, {"amount": ""}),
    ("HO1", "honour", {"status": "取消"}, {"status": "取消", "revoked_date": "2022/07/01"}),
    ("HO1", "honour", {"revoked_date": "2022/07/01"}, {"status": "复核中"}),
    ("HO2", "honour", {"reviewed_date": "2022/06/29"}, {"reviewed_date": "2022/06/30"}),
    ("HO3", "honour", {"uscc": ""}, {"uscc": "", "kind": "诚信乡村"}),
    ("MT1", "meeting_training", {"attendee_count": ""}, {"attendee_count": "", "kind": "会议"}),
    ("OF2", "official_feedback", {"issued_date": "2022/05/31"}, {"issued_date": "2022/06/01"}),
    ("PA2", "publicity_article", {"content": ""}, {"content": "", "url": "示例网址"}),
    ("SU1", "subject", {"uscc": BUSINESS}, {"uscc": BUSINESS, "subject_category": "个体工商户"}),
    ("SU1", "subject", {"subject_category": "个体工商户"}, {}),
    ("SU2", "subject", {"name_valid_to": "2019/02/28"}, {"name_valid_to": "2019/03/01"}),
    (
        "SU3",
        "subject",
        {"registration_status": "注销"},
        {"registration_status": "注销", "status_date": "2022/05/01"},
    ),
]  # fmt: skip
