"""A change goes on by itself and says in the end what came of it."""

from __future__ import annotations

import threading

import pytest

from dashboard.working import Work, WorkError
from etl.build import Progress
from warehouse.home import HomeError


def test_it_goes_on_and_tells_how_far_it_is() -> None:
    may_end, has_begun = threading.Event(), threading.Event()

    def do(progress: Progress) -> int:
        progress("读取 a.csv", 1, 4)
        has_begun.set()
        may_end.wait(30)
        return 7

    work = Work("正在收下", do)
    assert has_begun.wait(30)
    assert not work.is_done()
    assert (work.words, work.share) == ("正在收下：读取 a.csv", 0.25)
    may_end.set()
    assert work.is_done(30)
    assert work.result() == 7


def fail(error: Exception) -> Work[int]:
    def do(progress: Progress) -> int:
        raise error

    work = Work("正在收下", do)
    assert work.is_done(30)
    return work


def test_our_own_errors_are_told_as_they_are() -> None:
    with pytest.raises(WorkError, match="磁盘空间不足"):
        fail(HomeError("磁盘空间不足")).result()


def test_of_any_other_error_only_the_kind_is_told(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(WorkError, match="没有做成（ValueError）") as told:
        fail(ValueError("张三 110105194912310021")).result()
    assert "张三" not in str(told.value)
    assert "张三" not in caplog.text
