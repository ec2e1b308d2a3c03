"""The department's own workbook back, marked: failing cells coloured and noted, a column 错误说明,
a first sheet 问题清单 with links.

An .xlsx is copied to the byte but for what is added: formulas with their results, merged cells,
pictures, validations and hidden rows stay as they are, and so does every value. What is none (CSV),
what is older (.xls) or put together in a way of its own gets a plain workbook with its values.
"""

from __future__ import annotations

import os
import tempfile
import zipfile
from pathlib import Path
from xml.parsers.expat import ExpatError

from etl.check_result import CheckResult
from etl.readers import UnreadableFile, check_workbook
from etl.readers.sniff import kind_of
from etl.workbook.marks import collect_marks
from etl.workbook.package import MarkedPackage, was_written_here
from etl.workbook.plain import TooManyRows, write_plain
from etl.workbook.splice import Irregular
from warehouse import files
from warehouse.marks import SAMPLE_MARK

__all__ = ["WorkbookError", "annotate", "was_written_here"]

_PLAIN = {
    "text": "原文件是文本（CSV），本工作簿由它的内容生成，每行的行号与原文件的行号相同。",
    "xls": "原文件是旧格式（.xls），本工作簿只有它的内容，没有格式、公式和图片。",
    "xlsx": "原文件的内部结构不规范，本工作簿只有它的内容，没有格式、公式和图片。",
}


class WorkbookError(Exception):
    """A marked copy that cannot be made; the message (Chinese) says why and what to do."""


def annotate(source: Path, result: CheckResult, target: Path) -> None:
    """Write the marked copy of a checked file to `target` (.xlsx), whole or not at all.

    A `target` that is there is replaced. Raises WorkbookError.
    """
    temporary = files.temporary_beside(target)
    try:
        _write(source, result, temporary, [SAMPLE_MARK] if result.is_sample else [])
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        files.settle(temporary, target)
    except UnreadableFile as error:
        raise WorkbookError(f"不能生成带标记的工作簿：{error}") from error
    except TooManyRows as error:
        raise WorkbookError(
            "不能生成带标记的工作簿：行数超过 Excel 一张表的上限（1,048,576 行）。"
            "请拆成几个文件后再检查。"
        ) from error
    except OSError as error:
        raise WorkbookError(
            f"不能写入 {target.name}：{files.reason_of(error)}。"
            "请换一个位置，或关闭正打开它的程序后再试。"
        ) from error
    finally:
        temporary.unlink(missing_ok=True)


def _write(source: Path, result: CheckResult, target: Path, remarks: list[str]) -> None:
    kind = kind_of(source)
    # What was read may have been replaced since; and XML that no spreadsheet program writes may be
    # read in one way here and in another there.
    if kind == "xlsx" and check_workbook(source).is_plain:
        try:
            _mark(source, result, target, remarks, {s.sheet: s.sheet for s in result.sheets})
        except (Irregular, ExpatError, KeyError, zipfile.BadZipFile):
            pass  # put together in a way of its own: its values in a plain workbook, told there
        else:
            return
    with tempfile.TemporaryDirectory(prefix="citycredit-") as folder:
        plain = Path(folder) / "plain.xlsx"
        names = write_plain(source, result.layouts, plain)
        _mark(plain, result, target, [*remarks, _PLAIN[kind]], names)


def _mark(
    source: Path, result: CheckResult, target: Path, remarks: list[str], names: dict[str, str]
) -> None:
    marks, findings = collect_marks(result)
    package = MarkedPackage(source, result, names)
    package.remarks += remarks
    package.write(target, marks, findings)
