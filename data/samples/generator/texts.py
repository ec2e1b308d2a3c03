"""Words of the office's invented papers: documents, meetings, articles, honours."""

from __future__ import annotations

from datetime import date

from . import codes
from .town import NUMERALS, PLACES, SURNAMES

FIELDS = ("政务诚信", "商务诚信", "社会诚信", "司法公信")
THEMES = (
    "开展信用政策宣讲",
    "组织诚信经营倡议活动",
    "推进信用承诺公开",
    "介绍信用修复办理流程",
    "举办诚信主题宣传",
    "走进企业讲信用知识",
    "发布信用服务便民举措",
)
MEDIA = ("示例信用网", "示例政府门户网站", "示例日报", "示例政务公众号")
FIRM_HONOURS = ("诚信示范企业", "信用管理贯标企业", "信用管理示范企业")
# Metrics whose documents list several things: the amount counts.
COUNTED_BY_AMOUNT = frozenset(
    {
        "special_project_count",
        "key_task_count",
        "task_group_count",
        "gov_integrity_field_count",
        "gov_integrity_measure_count",
        "system_link_stage_count",
    }
)
# Figures that each unit declares as done or not done.
COVERAGE_OF_UNITS = frozenset(
    {"commitment_item_list_coverage", "regulation_interpretation_coverage"}
)
_DOCUMENTS = (
    ("domain_credit_system", "制度文件", "制度文件"),
    ("commitment_system", "制度文件", "制度文件"),
    ("credit_application_system", "制度文件", "制度文件"),
    ("work_system", "机制", "工作机制"),
    ("system", "系统平台", "上线验收报告"),
    ("website", "系统平台", "网站建设成果"),
    ("column", "栏目", "专栏"),
    ("catalog", "目录", "目录"),
    ("list", "清单", "清单"),
    ("roster", "清单", "名单"),
    ("decomposition", "清单", "分解清单"),
    ("report", "报告", "报告"),
    ("assessment", "报告", "评估报告"),
    ("plan", "工作方案", "工作方案"),
    ("case", "案例经验", "经验材料"),
    ("mechanism", "机制", "工作机制"),
    ("monitoring", "机制", "监测机制"),
)
# The days of the year around which a node is observed: month, first and last day.
_NODES = (
    (3, 10, 20, "国际消费者权益日"),
    (6, 10, 18, "信用记录关爱日"),
    (6, 1, 9, "安全生产月"),
    (6, 19, 30, "安全生产月"),
    (7, 1, 10, "食品安全宣传周"),
    (9, 1, 30, "诚信兴商宣传月"),
    (11, 1, 15, "质量月"),
)


def document_of(metric_id: str) -> tuple[str, str]:
    """Type and noun of a document that answers a metric."""
    found = next((d for d in _DOCUMENTS if d[0] in metric_id), None)
    return found[1:] if found else ("制度文件", "文件")


def meeting_of(metric_id: str) -> tuple[str, str]:
    """Kind and noun of a meeting that answers a metric."""
    if "visit" in metric_id:
        return "走访调研", "走访"
    if "supervision" in metric_id:
        return "督查检查", "督查"
    if "meeting" in metric_id:
        return "会商", "会议"
    return "培训", "培训班"


def node_of(on: date) -> str | None:
    """The node of the year that the day falls into."""
    return next((n for m, a, b, n in _NODES if on.month == m and a <= on.day <= b), None)


def honoured(kind: str, serial: int) -> str:
    """The name of whoever gets an honour."""
    place = PLACES[serial % len(PLACES)] + NUMERALS[serial // len(PLACES) % 10]
    if kind in FIRM_HONOURS:
        return f"{place}制造有限公司（示例）"
    if kind == "诚信之星":
        return SURNAMES[serial % len(SURNAMES)] + "示" + NUMERALS[serial % 10]
    nouns = {"示范社区": "社区", "示范村": "村", "诚信乡村": "村", "文明实践基地": "实践基地"}
    return f"{place}{nouns.get(kind, '集体')}（示例）"


def honour_code(plan_id: str, serial: int) -> str:
    """The unified code of an honoured firm."""
    return codes.uscc("91", f"{plan_id}H{serial:05d}")
