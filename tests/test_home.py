"""The home: made whole or not at all, refused in Chinese when it is not ours to read."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

import pytest

from tests.homes import make_home
from warehouse.home import (
    HOME_VARIABLE,
    KEY_VARIABLE,
    Home,
    HomeError,
    HomeMissingError,
    default_root,
    key_path,
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    return make_home(tmp_path, monkeypatch)


def test_create_then_open_is_the_same_home(home: Home) -> None:
    again = Home.open(home.root)
    assert again.home_id == home.home_id
    assert again.key() == home.key()
    assert len(home.key()) == 32


def test_missing_home_is_told_apart(tmp_path: Path) -> None:
    with pytest.raises(HomeMissingError, match="还没有数据目录"):
        Home.open(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_another_format_version_is_refused_and_nothing_touched(home: Home) -> None:
    toml = home.root / "home.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace("= 2", "= 3"), encoding="utf-8")
    shutil.rmtree(home.root / "tmp")
    with pytest.raises(HomeError, match=r"格式版本是 3.*只认 2"):
        Home.open(home.root, create=True)
    assert not (home.root / "tmp").exists()


def test_foreign_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "年度总结.docx").write_bytes(b"x")
    monkeypatch.setenv(KEY_VARIABLE, str(tmp_path / "key"))
    with pytest.raises(HomeError, match=r"不是数据目录.*年度总结"):
        Home.open(tmp_path / "own", create=True)


def test_home_whose_creation_was_cut_short_is_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What a kill before home.toml leaves behind.
    (tmp_path / "home" / "landing").mkdir(parents=True)
    (tmp_path / "home" / "writer.lock").touch()
    assert make_home(tmp_path, monkeypatch).home_id


@pytest.mark.skipif(os.name == "nt", reason="Windows has no file modes")
def test_key_lies_outside_and_only_its_owner_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    home = Home.open(tmp_path / "home", create=True)
    path = key_path(home.home_id)
    assert path == tmp_path / "user" / ".config" / "citycredit" / f"{home.home_id}.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    texts = [p.read_bytes() for p in home.root.rglob("*") if p.is_file()]
    assert not any(home.key().hex().encode() in text for text in texts)


def test_lost_or_foreign_key_stops(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "identity.key"
    path.write_text("ab" * 32, encoding="ascii")
    with pytest.raises(HomeError, match=r"不是数据目录.*的密钥"):
        home.key()
    path.write_text("not hex", encoding="ascii")
    with pytest.raises(HomeError, match="已损坏"):
        home.key()
    path.unlink()
    with pytest.raises(HomeError, match="找不到身份密钥"):
        home.key()


def test_config_is_read_and_the_environment_goes_before_it(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home.root / "config.toml").write_text("port = 9000\nkeep_versions = 5\n", encoding="utf-8")
    assert (Home.open(home.root).config.port, Home.open(home.root).config.keep_versions) == (
        9000,
        5,
    )
    monkeypatch.setenv("CITYCREDIT_PORT", "9100")
    assert Home.open(home.root).config.port == 9100


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("keep_version = 3", "不认识的项：keep_version"),
        ("keep_versions = 0", "keep_versions = 0"),
        ("port = [", "不是有效的 TOML"),
    ],
)
def test_wrong_config_is_named(home: Home, text: str, said: str) -> None:
    (home.root / "config.toml").write_text(text, encoding="utf-8")
    with pytest.raises(HomeError, match=said):
        Home.open(home.root)


def test_default_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(HOME_VARIABLE, raising=False)
    assert default_root() == Path("data/home")
    monkeypatch.setenv(HOME_VARIABLE, "/elsewhere")
    assert default_root() == Path("/elsewhere")
