"""Writing files so that a kill or a power cut leaves the old content or the new, never a half."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import time
import uuid
from pathlib import Path

TEMPORARY_PREFIX = ".tmp-"
_CHUNK = 1 << 20
_ATTEMPTS = 40
_PAUSE_SECONDS = 0.05

_REASONS = {
    errno.EEXIST: "已有同名的文件，不能当作文件夹",
    errno.ENOTDIR: "路径中有一级是文件，不是文件夹",
    errno.EISDIR: "这是文件夹，不是文件",
    errno.ENOENT: "文件或文件夹不存在",
    errno.EACCES: "没有读写权限，或文件正被别的程序打开",
    errno.EPERM: "没有读写权限",
    errno.ENOSPC: "磁盘已满",
    errno.EROFS: "磁盘是只读的",
    errno.ENAMETOOLONG: "名称太长",
}


def reason_of(error: OSError) -> str:
    """What the system refused, in Chinese."""
    return _REASONS.get(error.errno or 0, "磁盘读写出错")


def is_temporary(name: str) -> bool:
    """Whether a file of this name is one of our unfinished writes."""
    return name.startswith(TEMPORARY_PREFIX)


def temporary_beside(path: Path) -> Path:
    """A fresh name in the same folder (so that the later rename is atomic)."""
    return path.with_name(f"{TEMPORARY_PREFIX}{uuid.uuid4().hex[:12]}-{path.name}")


def write_atomically(path: Path, content: str | bytes) -> None:
    """Replace `path` by `content`; the old file stays whole until the new one is on disk."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    temporary = temporary_beside(path)
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        settle(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def copy_atomically(source: Path, target: Path) -> None:
    """Copy a file (of any size) so that `target` appears whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = temporary_beside(target)
    try:
        with source.open("rb") as reader, temporary.open("wb") as writer:
            shutil.copyfileobj(reader, writer, _CHUNK)
            writer.flush()
            os.fsync(writer.fileno())
        settle(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


def settle(temporary: Path, path: Path) -> None:
    """Give a finished file (already on disk) its name, and make the name itself durable."""
    name(temporary, path)
    sync_folder(path.parent)


def name(temporary: Path, path: Path) -> None:
    """Give a finished file (already on disk) its name.

    Whoever names many files makes the names durable once, by `sync_folder`.
    """
    for attempt in range(_ATTEMPTS):
        try:
            temporary.replace(path)
            break
        except PermissionError:
            # Windows refuses while somebody is just reading the old file; POSIX never does.
            if os.name != "nt" or attempt == _ATTEMPTS - 1:
                raise
            time.sleep(_PAUSE_SECONDS)


def sync_file(path: Path) -> None:
    """Wait until what was written to `path` is on disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until names in `folder` are on disk; Windows has no such call, and needs none."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def sha256_of(path: Path) -> str:
    """The sha256 of a file's content, in hex."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
