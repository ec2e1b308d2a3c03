"""Names and kinds of what is handed in: only ordinary files, under names that can be shown."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from etl.readers.model import UnreadableFile, is_unseen
from warehouse import files

_KINDS = (
    (stat.S_ISFIFO, "管道"),
    (stat.S_ISSOCK, "套接字"),
    (stat.S_ISCHR, "设备"),
    (stat.S_ISBLK, "设备"),
)


@contextmanager
def steady(path: Path) -> Iterator[None]:
    """What is done inside sees one state of an ordinary file.

    Raises UnreadableFile, in Chinese with how to mend it, whatever is wrong with the file or the
    system's way to it; also if the file is no longer what it was when reading began.
    """
    try:
        before = _state(_check_ordinary(path))
        yield
        if _state(path.stat()) != before:
            raise UnreadableFile(path.name, "读取时文件还在变动，未采用。请等它存好、传完后重试。")
    except FileNotFoundError as error:
        raise UnreadableFile(path.name, "文件不存在。请检查路径和文件名是否写对。") from error
    except PermissionError as error:
        raise UnreadableFile(
            path.name, "没有读取权限，或文件正被其他程序占用。请关闭文件或调整权限后再试。"
        ) from error
    except OSError as error:
        raise UnreadableFile(
            path.name, f"读取失败（{files.reason_of(error)}）。请复制到本机磁盘后再试。"
        ) from error
    except MemoryError as error:
        raise UnreadableFile(
            path.name, "内存不足，读不完这个文件。请拆成几个文件后再报。"
        ) from error


def _state(info: os.stat_result) -> tuple[int, int, int]:
    return info.st_ino, info.st_size, info.st_mtime_ns


def _check_ordinary(path: Path) -> os.stat_result:
    """Raise UnreadableFile unless it is a file of disk under a name that can be shown."""
    if any(map(is_unseen, path.name)):
        raise UnreadableFile(
            path.name, "文件名里有看不见的控制字符，可能被用来伪装。请把文件改名后再报。"
        )
    info = path.stat()
    if stat.S_ISDIR(info.st_mode):
        raise UnreadableFile(
            path.resolve().name, "这是文件夹，不是文件。请给出文件夹里的表格文件。"
        )
    if not stat.S_ISREG(info.st_mode):
        kind = next((title for test, title in _KINDS if test(info.st_mode)), "特殊文件")
        raise UnreadableFile(path.name, f"这是{kind}，不是普通文件。请给出表格文件本身。")
    return info
