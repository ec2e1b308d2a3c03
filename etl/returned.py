"""What went back to departments with a file that was given back: the note and the marked copy.

Kept in the home (`returned/<return id>/`) so that the clerk can send it once more on another day. A
marked copy holds a department's rows in full, so it does not stay: it goes when the return is
taken back, and after `keep_returned_days` in any case. The note, which names no value of a row,
stays as long as its return does.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from warehouse import files
from warehouse.home import Home

_NOTE, _MARKED = "note.txt", "marked.xlsx"
_PRIVATE = 0o700  # for the owner of the home alone


@dataclass(frozen=True)
class Kept:
    """What is there of one return; None for what is not, or not any more."""

    note: Path | None
    marked: Path | None


def keep_returned(home: Home, return_id: str, note: str, marked: bytes | None = None) -> None:
    """Keep the note of a return and its marked copy."""
    folder = home.returned / return_id
    folder.mkdir(mode=_PRIVATE, exist_ok=True)
    files.write_atomically(folder / _NOTE, note.encode("utf-8-sig"))
    if marked is not None:
        files.write_atomically(folder / _MARKED, marked)


def find_returned(home: Home, return_id: str) -> Kept:
    """What is kept of a return."""
    note, marked = (home.returned / return_id / name for name in (_NOTE, _MARKED))
    return Kept(note if note.is_file() else None, marked if marked.is_file() else None)


def forget_returned(home: Home, return_id: str) -> None:
    """Delete what is kept of a return that was taken back."""
    shutil.rmtree(home.returned / return_id, ignore_errors=True)


def forget_old_copies(home: Home, events: Iterable[dict[str, Any]], today: date) -> None:
    """Delete the marked copies of the returns made more than `keep_returned_days` ago."""
    for event in events:
        if event["event"] != "returned":
            continue
        made = datetime.fromisoformat(event["at"]).date()
        if (today - made).days > home.config.keep_returned_days:
            (home.returned / event["return_id"] / _MARKED).unlink(missing_ok=True)
