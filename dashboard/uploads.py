"""Uploaded files on the disk: in a private folder, only while something works on them.

Streamlit keeps what a visitor uploads in memory until the session ends. Whoever needs it as a file
asks for one here and it is gone again with the end of the `with`, whatever happens. What a killed
server leaves behind is swept away by the next one.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from filelock import FileLock, Timeout

PREFIX = "citycredit-uploads-"
_LOCK = "lock"
_NAME_LENGTH, _NAME_BYTES = 120, 200  # a name of 255 bytes is the most that disks take
# Two at a time: each reads a whole workbook into memory.
_AT_ONCE = threading.BoundedSemaphore(2)


@dataclass(frozen=True)
class Upload:
    """One uploaded file. `name` is what the visitor's machine calls it, without any folder."""

    name: str
    content: bytes
    file_id: str


def uploads_of(files: list[st.runtime.uploaded_file_manager.UploadedFile]) -> list[Upload]:
    """What a file uploader holds."""
    return [Upload(plain_name(f.name), f.getvalue(), f.file_id) for f in files]


def plain_name(name: str) -> str:
    """A file name that stays in its folder, whatever the visitor's machine has sent."""
    bare = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(c for c in bare if c.isprintable() and c not in '<>:"|?*').strip(" .")
    stem, dot, suffix = kept.rpartition(".")
    if not dot:
        stem, suffix = kept, ""
    cut = stem[:_NAME_LENGTH].encode()[:_NAME_BYTES].decode(errors="ignore")
    return (cut or "文件") + dot + suffix[:10]


@contextmanager
def on_disk(upload: Upload) -> Iterator[Path]:
    """The upload as a file of its own name in a folder of its own, both gone afterwards."""
    with _AT_ONCE, own_folder() as folder:
        path = folder / upload.name
        path.write_bytes(upload.content)
        yield path


@contextmanager
def own_folder() -> Iterator[Path]:
    """An empty private folder that is gone afterwards, with what was written into it."""
    with tempfile.TemporaryDirectory(dir=prepare(), ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@dataclass
class _Place:
    """The folder of this server, locked as long as it lives."""

    path: Path
    lock: FileLock


_place: list[_Place] = []
_guard = threading.Lock()


def prepare() -> Path:
    """The folder of this server; the first call also sweeps up after servers that are no more."""
    with _guard:
        if not _place or not _place[0].path.is_dir():
            _place[:] = [_claim()]
        return _place[0].path


def _claim() -> _Place:
    sweep()
    path = Path(tempfile.mkdtemp(prefix=PREFIX))
    lock = FileLock(path / _LOCK)
    lock.acquire()
    return _Place(path, lock)


def sweep() -> int:
    """Remove what servers that are no more have left behind; gives the number of folders."""
    gone = 0
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        if not (folder / _LOCK).is_file():
            continue  # its server is just about to claim it
        try:
            with FileLock(folder / _LOCK, timeout=0):
                pass
        except (Timeout, OSError):
            continue
        shutil.rmtree(folder, ignore_errors=True)
        gone += 1
    return gone
