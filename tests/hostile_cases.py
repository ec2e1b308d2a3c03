"""Every hostile file by its name, and what is to come of it.

    python -m tests.hostile_cases FOLDER

makes and reads every one of them in one process with bounded memory, and prints one JSON line for
each: what came of it, and the peak memory so far of this process and of its children.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from etl.readers import UnreadableFile, read_file
from tests.hostile_files import (
    FIRST_ROW,
    MAIN,
    MB,
    OFFICE,
    SHEET1,
    XML,
    content_of,
    endless_chain,
    far,
    far_number,
    huge_directory,
    laughing,
    link_to,
    lying,
    many_parts,
    many_texts,
    nested,
    old,
    old_workbook,
    parts_of,
    pipe,
    reading_files,
    text,
    twins,
    workbook,
    worksheet,
)


@dataclass(frozen=True)
class Case:
    """A file under its name; `reason` is part of the refusal, or None if it is read.

    `remarks`: codes of what the reader says beside. `rows`: how many rows it reads.
    """

    name: str
    make: Callable[[Path], None]
    reason: str | None = None
    remarks: tuple[str, ...] = ()
    rows: int = 1


TITLES = "决定文书号,行政相对人名称,决定日期\n"
ROW = "示许〔2022〕1号,示例甲公司,2022/06/01\n"
SHARED = '<c r="A{0}" t="s"><v>0</v></c>'
FAR_ROW = '<row r="9"><c r="XFD1048576"><v>1</v></c></row>'
REPEATED = "".join(f'<row r="{k}">{SHARED.format(k)}</row>' for k in range(1, 60_001))
PASSWORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le")
XML_PARTS = {part: content_of(part) for part in ("sheet1", "sst", "styles", "book", "rels")}

CASES = [
    # The container
    Case("好.xlsx", workbook()),
    Case("大部件.xlsx", workbook(xl__a=bytes(30 * MB)), "压缩比异常"),
    Case("自称巨大.xlsx", lying(0xFFFF_FFF0, SHEET1, b"<x/>"), "解压后过大"),
    Case("少报大小.xlsx", lying(100, SHEET1, bytes(9 * MB)), "与标明的不符"),
    Case("少报大小的文字.xlsx", lying(100, "xl/sharedStrings.xml", bytes(9 * MB)), "与标明的不符"),
    Case("套娃.xlsx", nested, "压缩包"),
    Case("部件过多.xlsx", many_parts, "10,00"),
    Case("目录过大.xlsx", huge_directory, "目录过大"),
    Case("同名部件.xlsx", twins(SHEET1, SHEET1), "同名"),
    Case("大小写同名.xlsx", twins(SHEET1, SHEET1.upper()), "同名"),
    Case("少见压缩.xlsx", workbook(method=zipfile.ZIP_BZIP2), "压缩方法"),
    Case("截断.xlsx", lambda p: (workbook()(p), os.truncate(p, 900))[1], "损坏"),
    # XML
    *(Case(f"实体{k}.xlsx", laughing(k, v), "DOCTYPE") for k, v in XML_PARTS.items()),
    *(Case(f"外部{k}.xlsx", reading_files(k, v), "DOCTYPE") for k, v in XML_PARTS.items()),
    Case(
        "另一种编码.xlsx",
        workbook(
            sheet1=worksheet("", "<row r='1'><c r='XFD1048576'><v>1</v></c></row>")
            .replace("UTF-8", "UTF-16")
            .encode("utf-16")
        ),
        "没有任何数据|不寻常",
    ),
    # The size of sheets
    Case("自称整张表.xlsx", workbook(sheet1=worksheet('<dimension ref="A1:XFD1048576"/>'))),
    Case("远处一格.xlsx", far(FAR_ROW), "16,384 列"),
    Case(
        "远处一行.xlsx",
        far('<row r="9"><c r="CV1048576"><v>1</v></c></row>'),
        "第 1,048,576 行、第 100 列",
    ),
    Case("没有地址.xlsx", far('<row r="1048576">' + "<c><v>1</v></c>" * 3000 + "</row>"), "不寻常"),
    Case("单引号.xlsx", far("<row r='9'><c r='XFD1048576'><v>1</v></c></row>"), "不寻常"),
    Case("等号空格.xlsx", far('<row r="9"><c r = "XFD1048576"><v>1</v></c></row>'), "不寻常"),
    Case(
        "属性藏尖括号.xlsx", far('<row r="9"><c q=">" r="XFD1048576"><v>1</v></c></row>'), "不寻常"
    ),
    Case("小写地址.xlsx", far('<row r="9"><c r="xfd1048576"><v>1</v></c></row>'), "不寻常"),
    Case("天外地址.xlsx", far('<row r="9"><c r="ZZZZZ4000000000"><v>1</v></c></row>'), "不寻常"),
    Case("超出行数.xlsx", far('<row r="9"><c r="A9999999"><v>1</v></c></row>'), "超出 Excel"),
    Case(
        "大写部件.xlsx",
        workbook(sheet1=worksheet("", FAR_ROW), rename={SHEET1: "xl/worksheets/SHEET1.xml"}),
        "16,384 列",
    ),
    Case(
        "别的命名空间.xlsx",
        workbook(
            book=str(parts_of()["xl/workbook.xml"]).replace(OFFICE, "urn:x"),
            sheet1=worksheet("", FAR_ROW),
        ),
        "16,384 列",
    ),
    Case("一千万格.xlsx", far('<row r="1000000"><c r="J1000000"><v>1</v></c></row>'), rows=2),
    Case(
        "多张大表.xlsx",
        workbook(
            sheets=2,
            **{
                f"xl__worksheets__sheet{k}.xml": worksheet(
                    "", FIRST_ROW + '<row r="1000000"><c r="AD1000000"><v>1</v></c></row>'
                )
                for k in (1, 2)
            },
        ),
        "各工作表的范围合计",
    ),
    Case("工作表过多.xlsx", workbook(sheets=501), "501 张工作表"),
    Case(
        "合并整张表.xlsx",
        workbook(
            sheet1=worksheet(
                "", after='<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
            )
        ),
        "合并单元格",
    ),
    Case(
        "链接整张表.xlsx",
        workbook(
            sheet1=worksheet(
                "",
                after='<hyperlinks><hyperlink ref="A1:XFD1048576" location="表1!A1"/></hyperlinks>',
            )
        ),
        "链接区域",
    ),
    Case(
        "自称文字多.xlsx",
        workbook(
            sheet1=worksheet("", f'<row r="1">{SHARED.format(1)}</row>'),
            sst=f'{XML}<sst xmlns="{MAIN}" uniqueCount="4294967295"><si><t>甲</t></si></sst>',
        ),
        "不寻常",
    ),
    Case(
        "一段文字六万格.xlsx",
        workbook(
            sheet1=worksheet("", REPEATED),
            sst=f'{XML}<sst xmlns="{MAIN}"><si><t>{"甲" * 10_000}</t></si></sst>',
        ),
        "文字合计约",
    ),
    # Code and references: values only, and it is said
    Case("宏.xlsm", workbook(**{"xl__vbaProject.bin": PASSWORD[:8]}), None, ("macros",)),
    Case(
        "外部链接.xlsx",
        workbook(
            **{
                "xl__externalLinks__externalLink1.xml": f'{XML}<externalLink xmlns="{MAIN}">'
                '<ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'
            }
        ),
        None,
        ("external_links",),
    ),
    Case(
        "公式.xlsx",
        workbook(
            sheet1=worksheet(
                "", """<row r="1"><c r="A1" t="str"><f>cmd|'/c calc'!A0</f><v>甲</v></c></row>"""
            )
        ),
    ),
    Case(
        "没有结果的公式.xlsx",
        workbook(sheet1=worksheet("", FIRST_ROW + '<row r="2"><c r="B2"><f>A1+1</f></c></row>')),
        None,
        ("formula_without_value",),
    ),
    Case("二进制.xlsb", workbook(rename={"xl/workbook.xml": "xl/workbook.bin"}), "xlsb"),
    # The old format
    Case("好.xls", lambda p: (old_workbook(p), None)[1], rows=3),
    Case(
        "旧表的宏.xls",
        old(lambda d: d.extend("_VBA_PROJECT".encode("utf-16-le") + bytes(488))),
        None,
        ("macros",),
        3,
    ),
    Case("旧表远处.xls", old(far_number), "不寻常|65,536 列"),
    Case("旧表文字多.xls", old(many_texts), rows=3),
    Case("旧表循环.xls", old(endless_chain), "不寻常|损坏"),
    Case("旧表截断.xls", old(lambda d: d.__delitem__(slice(1500, None))), "不是 Excel|损坏"),
    Case("加密.xlsx", text(PASSWORD), "密码"),
    # Something else under a name of a table
    Case("网页.xls", text(b"<html><table><tr><td>1</td></tr></table></html>"), "HTML"),
    Case("归档网页.xls", text(b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n"), "mht"),
    Case("文档.xlsx", text(b"%PDF-1.7\n1 0 obj"), "PDF"),
    Case("程序.xlsx", text(b"MZ\x90\0\x03\0\0\0" + bytes(60)), "程序文件"),
    Case("程序.csv", text(b"\x7fELF\x02\x01\x01\0"), "程序文件"),
    Case("其实是工作簿.csv", workbook()),
    # Text
    Case("十万列.csv", text(b"a," * 99_999 + b"a\n"), "100,000 列"),
    Case(
        "第一百行十万列.csv",
        text(b"a,b\n" * 99 + b"a," * 99_999 + b"a\n"),
        "第 100 行有 100,000 列",
    ),
    Case("一行到底.csv", text(b"a" * (40 * MB)), "一行长达"),
    Case("引号不闭.csv", text(b'a,b\n"' + b"x,y\n" * 3_000_000), "第 2 行有一个英文双引号没有成对"),
    Case(
        "空字符.csv", text((TITLES + ROW * 3 + ROW.replace("甲", "\0")).encode()), "第 5 行有空字符"
    ),
    Case(
        "远处空字符.csv",
        text((TITLES + ROW * 9_000 + ROW.replace("甲", "\0")).encode()),
        "第 9002 行有空字符",
    ),
    Case("三十二位.csv", text((TITLES + ROW).encode("utf-32")), "空字符"),
    Case(
        "坏字节.csv",
        text((TITLES + ROW * 7).encode() + b"\xff\xfe,x\n" + ROW.encode()),
        "第 9 行的文字不是 UTF-8",
    ),
    Case(
        "夹着国标.csv",
        text((TITLES + ROW).encode() + ROW.encode("gb18030")),
        "第 3 行的文字不是 UTF-8 编码，第 1 行却是",
    ),
    Case(
        "夹着万国码.csv",
        text(
            (TITLES + ROW).encode("gb18030")
            + (ROW * 2).encode().replace(b",", "有限责任公司".encode())
        ),
        "第 1 行的文字不是 UTF-8 编码，第 3 行却是",
    ),
    Case("七位.csv", text((TITLES + ROW).encode("utf-7")), "UTF-7"),
    Case("无标记十六位.csv", text((TITLES + ROW * 3).encode("utf-16-le")), rows=4),
    Case("不像表.csv", text(b"a,b\n" * 150_000 + b"a,b,c\n" * 100_001), "100,001 行的列数"),
    Case("公式.csv", text(b"a,=cmd|'/c calc'!A0\n"), None),
    # No file at all
    Case("设备.csv", link_to("/dev/zero"), "设备"),
    Case("管道.csv", pipe, "管道"),
    Case("文件夹.xlsx", Path.mkdir, "文件夹"),
    Case("断了的链接.xlsx", link_to("nowhere"), "不存在"),
    Case("示例\u202excl.exe.csv", text((TITLES + ROW).encode()), "控制字符"),
    Case("换\n行.csv", text((TITLES + ROW).encode()), "控制字符"),
    Case("不是文字\udcff.csv", text((TITLES + ROW).encode()), "控制字符"),
    Case("CON.csv", text((TITLES + ROW).encode()), rows=2),
    Case("a\\..\\..\\x.csv", text((TITLES + ROW).encode()), rows=2),
    Case("长" * 83 + ".csv", text((TITLES + ROW).encode()), rows=2),
]


def main(folder: Path) -> None:
    """Read every case and say what came of it."""
    resource.setrlimit(resource.RLIMIT_AS, (6 * 1024 * MB, 6 * 1024 * MB))
    for number, case in enumerate([*CASES, CASES[0]]):
        place = folder / str(number)
        place.mkdir()
        case.make(place / case.name)
        told: dict[str, object] = {"name": case.name, "reason": None, "rows": 0, "remarks": []}
        try:
            sheets = read_file(place / case.name)
            told["rows"] = sum(sheet.rows.height for sheet in sheets)
            told["remarks"] = [remark.code for sheet in sheets for remark in sheet.remarks]
        except UnreadableFile as error:
            told["reason"] = str(error)
        told["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        told["peak_of_children"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        print(json.dumps(told), flush=True)  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]))
