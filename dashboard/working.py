"""A change of the home that goes on by itself, whatever becomes of the page that began it.

Streamlit ends the run of a page at the next thing it draws when its visitor clicks or leaves. A
publish must not end so. It runs in a thread of its own; the page only looks how far it is.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from etl.build import Progress
from etl.logs import log_crash
from etl.pipeline import RequestError
from warehouse.home import HomeError

T = TypeVar("T")


class WorkError(Exception):
    """What a change failed for, in words for the visitor (Chinese)."""


class Work(Generic[T]):
    """One change under way. `do` gets a progress callback; the thread starts at once and is waited
    for when the server stops, so that a change is whole or not there."""

    def __init__(self, title: str, do: Callable[[Progress], T]) -> None:
        self.title = title
        self._do = do
        self._step = ""
        self._share = 0.0
        self._result: list[T] = []
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="citycredit-change")
        self._thread.start()

    @property
    def words(self) -> str:
        """What is being done now."""
        return f"{self.title}：{self._step}" if self._step else self.title

    @property
    def share(self) -> float:
        """How much of the present step is done, 0–1."""
        return self._share

    def is_done(self, seconds: float = 0) -> bool:
        """Whether it has ended, waiting for that up to some seconds."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def result(self) -> T:
        """What came of it, once it is done. Raises WorkError where it failed."""
        if self._error is None:
            return self._result[0]
        if isinstance(self._error, HomeError | RequestError):
            raise WorkError(str(self._error)) from self._error
        raise WorkError(
            f"没有做成（{type(self._error).__name__}），现有数据未受影响。"
            "请重试；仍不行，请管理员看服务器日志。"
        ) from self._error

    def _run(self) -> None:
        try:
            self._result.append(self._do(self._report))
        except Exception as error:  # noqa: BLE001 - told by `result`, in the page's thread
            if not isinstance(error, HomeError | RequestError):
                log_crash(error)
            self._error = error

    def _report(self, stage: str, done: int, total: int) -> None:
        self._step = stage
        self._share = min(max(done / total, 0.0), 1.0) if total else 0.0
