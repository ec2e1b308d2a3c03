"""The invented town: its firms, its people, and what the units decided on them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from . import codes, days
from .model import BUSINESS, COMPANY, PENALTY, PERMIT, PERSON, Decision, Party, Unit

SURNAMES = "张王李赵刘陈杨黄周吴徐孙马朱胡郭何林高罗"
NUMERALS = "一二三四五六七八九十"
PLACES = "北辰 东湖 新源 兴达 宏远 金穗 松江 瑞丰 恒通 华腾 盛景 百川 白杨 明珠 长岭 天合 润泽 博创".split()
TRADES = (
    "食品 商贸 建材 物流 机械 农业科技 餐饮管理 医药 电子 环保工程 建筑工程 物业服务 教育咨询".split()
)
SHOPS = "面馆 超市 理发店 水果店 五金店 早餐铺 药房 服装店 便利店 烧烤店 粮油店 汽修部".split()

# permits of a month, penalties of a month: February low, March and April under the epidemic
PERMITS_BY_MONTH = (240, 150, 100, 80, 330, 380, 300, 280, 260, 230, 270, 380)
PENALTIES_BY_MONTH = (18, 10, 10, 10, 16, 24, 22, 20, 20, 18, 22, 30)
PERMIT_SHARES = {"U02": 42, "U04": 36, "U07": 6, "U08": 5, "U09": 6, "U14": 5}
PENALTY_SHARES = {"U04": 45, "U13": 25, "U05": 14, "U06": 10, "U07": 6}
# late per thousand decisions, and how the months differ
LATE_PER_MILLE = {
    "U02": 18, "U04": 35, "U05": 40, "U06": 0, "U07": 140, "U08": 20, "U09": 10, "U13": 150, "U14": 60,
}  # fmt: skip
LATE_BY_MONTH = (1.0, 0.6, 1.7, 2.2, 1.4, 0.9, 0.5, 0.7, 0.6, 1.1, 0.8, 1.3)
# of a hundred parties: individual businesses, natural persons; the rest are firms
PARTY_MIX = {
    "U02": (35, 0), "U04": (55, 2), "U05": (5, 0), "U06": (10, 0), "U07": (5, 3), "U08": (10, 0),
    "U09": (10, 30), "U13": (45, 40), "U14": (10, 40),
}  # fmt: skip

PERMIT_KINDS: dict[str, list[tuple[str, str, str, str, int]]] = {
    # document title, category, certificate, content, years (0: for good)
    "U02": [
        ("准予设立登记通知书", "登记", "营业执照", "准予设立登记", 0),
        ("道路运输经营许可决定书", "普通", "道路运输经营许可证", "准予从事道路普通货物运输", 4),
        ("公共场所卫生许可决定书", "普通", "卫生许可证", "准予公共场所卫生许可", 4),
        ("人力资源服务许可决定书", "普通", "人力资源服务许可证", "准予从事人力资源服务", 5),
    ],
    "U04": [
        ("食品经营许可决定书", "普通", "食品经营许可证", "准予从事预包装食品销售", 5),
        ("食品小作坊核准决定书", "核准", "食品小作坊核准证", "准予从事食品小作坊生产", 3),
        ("药品零售许可决定书", "普通", "药品经营许可证", "准予从事药品零售", 5),
        ("特种设备使用登记决定书", "登记", "特种设备使用登记证", "准予特种设备使用登记", 0),
    ],
    "U07": [
        ("建筑工程施工许可决定书", "核准", "建筑工程施工许可证", "准予项目施工", 2),
        ("城镇排水许可决定书", "普通", "城镇污水排入排水管网许可证", "准予向排水管网排水", 5),
        ("占用挖掘道路许可决定书", "普通", "", "准予临时占用挖掘城市道路", 1),
    ],
    "U08": [
        ("建设用地规划许可决定书", "核准", "建设用地规划许可证", "准予建设用地规划许可", 2),
        ("建设工程规划许可决定书", "核准", "建设工程规划许可证", "准予建设工程规划许可", 2),
    ],
    "U09": [
        ("劳务派遣经营许可决定书", "普通", "劳务派遣经营许可证", "准予经营劳务派遣业务", 3),
        ("职业资格认定决定书", "认可", "职业资格证书", "认定职业资格", 0),
        ("特殊工时制度许可决定书", "普通", "", "准予实行综合计算工时工作制", 2),
    ],
    "U14": [
        ("民办学校办学许可决定书", "普通", "民办学校办学许可证", "准予举办学科类以外培训", 3),
        ("医疗机构执业登记决定书", "登记", "医疗机构执业许可证", "准予医疗机构执业", 5),
        ("医师执业注册决定书", "认可", "医师执业证书", "准予医师执业注册", 0),
    ],
}
PENALTY_KINDS: dict[str, list[tuple[str, str, str, str]]] = {
    # kind of violation, facts, basis, category
    "U04": [
        ("违反食品安全管理规定", "销售超过保质期的食品", "《中华人民共和国食品安全法》第一百二十四条", "罚款"),
        ("违反价格管理规定", "销售商品未明码标价", "《中华人民共和国价格法》第四十二条", "警告;罚款"),
        ("违反广告管理规定", "发布含有绝对化用语的广告", "《中华人民共和国广告法》第五十七条", "罚款"),
    ],
    "U05": [
        ("违反安全生产管理规定", "未按规定开展安全生产教育培训", "《中华人民共和国安全生产法》第九十七条", "罚款"),
        ("违反安全生产管理规定", "未建立事故隐患排查治理制度", "《中华人民共和国安全生产法》第一百零一条", "警告;罚款"),
    ],
    "U06": [
        ("违反大气污染防治规定", "物料堆场未采取有效覆盖措施", "《中华人民共和国大气污染防治法》第一百一十七条", "罚款"),
        ("违反固体废物管理规定", "未按规定贮存危险废物", "《中华人民共和国固体废物污染环境防治法》第一百一十二条", "罚款"),
    ],
    "U07": [
        ("违反建筑市场管理规定", "未取得施工许可证擅自施工", "《建设工程质量管理条例》第五十七条", "罚款"),
        ("违反工程质量管理规定", "未对涉及结构安全的试块取样检测", "《建设工程质量管理条例》第六十五条", "罚款"),
    ],
    "U13": [
        ("违反市容管理规定", "擅自占用城市道路堆放物料", "《城市市容和环境卫生管理条例》第三十六条", "罚款"),
        ("违反市容管理规定", "运输车辆沿途遗撒", "《城市市容和环境卫生管理条例》第三十四条", "警告;罚款"),
        ("违反城市绿化管理规定", "擅自占用城市绿化用地", "《城市绿化条例》第二十七条", "罚款"),
    ],
}  # fmt: skip
DOCUMENT_HEADS = {
    "U02": "政务", "U04": "市监", "U05": "应急", "U06": "环", "U07": "住建", "U08": "自然资",
    "U09": "人社", "U13": "综执", "U14": "教卫",
}  # fmt: skip
FINES = (200, 500, 1000, 2000, 3000, 5000, 10000, 20000, 30000, 50000)


class World:
    """Makes parties and decisions; every number is handed out once."""

    def __init__(self, rng: Random, units: dict[str, Unit]) -> None:
        self.rng = rng
        self.units = units
        self._serial = 0
        self._documents: dict[tuple[str, str, int], int] = {}

    def person_name(self) -> str:
        numeral = self.rng.choice(NUMERALS)
        tail = numeral + self.rng.choice(NUMERALS) if self.rng.random() < 0.4 else numeral
        return self.rng.choice(SURNAMES) + self.rng.choice("示例") + tail

    def party(self, category: str) -> Party:
        """A new party of that category; its codes belong to nobody."""
        self._serial += 1
        rng = self.rng
        if category == PERSON:
            born = date(1960, 1, 1) + timedelta(days=rng.randrange(15000))
            return Party(self.person_name(), PERSON, id_no=codes.resident_id(born))
        if category == BUSINESS:
            name = rng.choice(PLACES) + rng.choice(NUMERALS) + "号" + rng.choice(SHOPS) + "（示例）"
            code = codes.uscc("92", f"BCG{self._serial:05d}")
            return Party(name, BUSINESS, code, legal_rep=self.person_name())
        name = f"{rng.choice(PLACES)}{rng.choice(NUMERALS)}{rng.choice(TRADES)}有限公司（示例）"
        code = codes.uscc("91", f"BCE{self._serial:05d}")
        number = codes.registration_number(self._serial) if self._serial % 3 == 0 else None
        return Party(name, COMPANY, code, legal_rep=self.person_name(), reg_no=number)

    def _category(self, short: str) -> str:
        business, person = PARTY_MIX[short]
        drawn = self.rng.randrange(100)
        return BUSINESS if drawn < business else PERSON if drawn < business + person else COMPANY

    def _document_no(self, short: str, ledger: str, year: int) -> str:
        key = (short, ledger, year)
        self._documents[key] = self._documents.get(key, 0) + 1
        word = "许" if ledger == PERMIT else "罚"
        return f"示{DOCUMENT_HEADS[short]}{word}字〔{year}〕{self._documents[key]}号"

    def _report_day(self, short: str, decided: date) -> tuple[date, bool]:
        rate = LATE_PER_MILLE[short] * LATE_BY_MONTH[decided.month - 1] / 1000
        if self.rng.random() < rate:
            # nearly always a few days over the limit, now and then a month
            over = self.rng.choice((1, 1, 2, 2, 3, 4, 6, 9, 15))
            return days.after(decided, 7 + over), True
        return days.after(decided, self.rng.choice((0, 1, 1, 2, 2, 3, 3, 4, 5, 6, 7))), False

    def decision(
        self, short: str, ledger: str, decided: date, category: str | None = None
    ) -> Decision:
        """One decision of the unit on that day, with the day it went up."""
        unit = self.units[short]
        party = self.party(category or self._category(short))
        day, late = self._report_day(short, decided)
        clock = time(self.rng.randrange(8, 18), self.rng.randrange(60), self.rng.randrange(60))
        document_no = self._document_no(short, ledger, decided.year)
        make = self._permit if ledger == PERMIT else self._penalty
        values = {
            "counterparty_name": party.name,
            "counterparty_category": party.category,
            "uscc": party.uscc,
            "reg_no": party.reg_no,
            "org_code": party.uscc[8:17] if party.reg_no and party.uscc else None,
            "legal_rep": party.legal_rep,
            "id_type": "身份证" if party.category == PERSON else None,
            "id_no": party.id_no,
            "document_no": document_no,
            "decision_date": decided,
            "authority_name": unit.name,
            "authority_uscc": unit.uscc,
            "source_unit_name": unit.name,
            "source_unit_uscc": unit.uscc,
            **make(short, decided, party),
        }
        reported = datetime.combine(day, clock)
        return Decision(ledger, unit, party, document_no, decided, reported, late, values)

    def _permit(self, short: str, decided: date, party: Party) -> dict[str, Any]:
        kinds = PERMIT_KINDS[short]
        if party.category == PERSON and short in ("U09", "U14"):
            kinds = [k for k in kinds if k[1] == "认可"]
        elif short in ("U09", "U14"):
            kinds = [k for k in kinds if k[1] != "认可"]
        title, category, certificate, content, years = self.rng.choice(kinds)
        until = date(2099, 12, 31) if years == 0 else decided.replace(year=decided.year + years)
        number = f"BC{decided:%Y}{self._serial:06d}" if certificate else None
        return {
            "document_name": title,
            "permit_category": category,
            "certificate_name": certificate or None,
            "permit_no": number,
            "content": content,
            "valid_from": decided,
            "valid_to": until,
            "status": "1",
        }

    def _penalty(self, short: str, decided: date, party: Party) -> dict[str, Any]:
        kind, facts, basis, category = self.rng.choice(PENALTY_KINDS[short])
        fine = self.rng.choice(FINES[:4] if party.category == PERSON else FINES)
        parts = (["警告"] if "警告" in category else []) + [f"罚款{fine}元"]
        return {
            "violation_type": kind,
            "violation_facts": facts,
            "penalty_basis": basis,
            "penalty_category": category,
            "penalty_content": "；".join(parts),
            "fine_wan_yuan": fine / 10000,
            "decision_date": decided,
            "valid_to": decided.replace(year=decided.year + 1),
            "publicity_until": decided.replace(year=decided.year + 1)
            if self.rng.random() < 0.6
            else None,
        }

    def month(self, year: int, month: int) -> list[Decision]:
        """All decisions of a month, by day; numbers follow the monthly scale."""
        made = []
        workdays = days.workdays_of(year, month)
        for ledger, scale, shares in (
            (PERMIT, PERMITS_BY_MONTH[month - 1], PERMIT_SHARES),
            (PENALTY, PENALTIES_BY_MONTH[month - 1], PENALTY_SHARES),
        ):
            for short, count in self._split(scale, shares).items():
                decided_on = sorted(self.rng.choice(workdays) for _ in range(count))
                made += [self.decision(short, ledger, day) for day in decided_on]
        return made

    def _split(self, total: int, shares: dict[str, int]) -> dict[str, int]:
        """`total` dealt by shares, the remainder by lot, so that small units vary."""
        counts = {short: total * share // 100 for short, share in shares.items()}
        names = list(shares)
        for _ in range(total - sum(counts.values())):
            counts[self.rng.choices(names, [shares[n] for n in names])[0]] += 1
        return counts
