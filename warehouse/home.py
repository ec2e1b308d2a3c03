"""The home folder: where it is, what is in it, its settings, its key and its writer lock.

A home is one folder that holds everything the product knows (see docs/architecture.md). Its
format version stands in `home.toml`; another version is refused whole, never half read (an older
one until `warehouse.upgrade` has brought it up). The key of the identity hash lives outside the
home, so that a copied home alone does not allow anybody to try out identity numbers against the
hashes in it.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import tomllib
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

from filelock import FileLock, Timeout
from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from warehouse import files

FORMAT_VERSION = 2
DEFAULT_HOME = Path("data/home")
HOME_VARIABLE = "CITYCREDIT_HOME"
KEY_VARIABLE = "CITYCREDIT_KEY_FILE"
_KEY_BYTES = 32
_FOLDERS = (
    "originals", "landing", "versions", "plans", "index", "calendar", "logs", "tmp", "closed",
    "cache", "returned",
)  # fmt: skip
_FILES = ("home.toml", "config.toml", "journal.jsonl", "current", "writer.lock")
_OWN_NAMES = frozenset((*_FOLDERS, *_FILES))


class HomeError(Exception):
    """The home cannot be used; the text (Chinese) says why and how to mend it."""


class HomeMissingError(HomeError):
    """There is no home at this place."""


class Config(BaseSettings):
    """Settings of a home: `config.toml`, over it the environment (`CITYCREDIT_PORT` …)."""

    model_config = SettingsConfigDict(env_prefix="CITYCREDIT_", extra="ignore")

    keep_versions: int = Field(default=3, ge=1, le=100)
    keep_returned_days: int = Field(default=90, ge=0)
    port: int = Field(default=8501, ge=1, le=65535)
    address: str = "127.0.0.1"
    min_free_mb: int = Field(default=512, ge=0)
    lock_timeout_seconds: float = Field(default=600, ge=0)
    memory_limit: str | None = None
    threads: int | None = Field(default=None, ge=1)
    log_files: int = Field(default=5, ge=1)
    log_megabytes: int = Field(default=5, ge=1)


def load_config(path: Path) -> Config:
    """The settings in `path` (absent: the defaults). Raises HomeError naming file and key."""
    _check_keys(path)

    class _FileConfig(Config):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return env_settings, TomlConfigSettingsSource(settings_cls, toml_file=path)

    try:
        return _FileConfig()
    except ValidationError as error:
        wrong = "；".join(
            f"{'.'.join(str(part) for part in item['loc'])} = {item['input']!r}"
            f"（{_problem(item['type'], item.get('ctx', {}))}）"
            for item in error.errors()
        )
        raise HomeError(f"设置有误：{path}：{wrong}。请改正该项，或删去该行使用默认值。") from error


def _problem(kind: str, limits: Mapping[str, object]) -> str:
    """A complaint of the settings library in our users' words."""
    match kind:
        case "greater_than_equal":
            return f"不得小于 {limits['ge']}"
        case "less_than_equal":
            return f"不得大于 {limits['le']}"
        case "int_parsing" | "int_type" | "int_from_float":
            return "应为整数"
        case "float_parsing" | "float_type":
            return "应为数字"
        case "string_type":
            return "应为文字"
    return "写法不对"


def _check_keys(path: Path) -> None:
    if not path.exists():
        return
    unknown = sorted(set(_read_toml(path)) - set(Config.model_fields))
    if unknown:
        raise HomeError(
            f"设置文件 {path} 里有不认识的项：{'、'.join(unknown)}。"
            f"可用的项：{'、'.join(Config.model_fields)}。"
        )


def _read_toml(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        place = re.search(r"line ([0-9]+)", str(error))
        where = f"第 {place.group(1)} 行" if place else ""
        raise HomeError(f"文件 {path} {where}不是有效的 TOML。请改正后重试。") from error


def default_root() -> Path:
    """The folder named by `CITYCREDIT_HOME`, else `data/home` under the working folder."""
    return Path(os.environ.get(HOME_VARIABLE) or DEFAULT_HOME)


@dataclass(frozen=True)
class Home:
    """One home folder that was opened: its paths, settings, key and writer lock."""

    root: Path
    format_version: int
    home_id: str
    key_check: str
    config: Config
    _lock: FileLock = field(repr=False, compare=False)

    JOURNAL_NAME: ClassVar[str] = "journal.jsonl"

    @classmethod
    def open(cls, root: Path | str | None = None, create: bool = False) -> Home:
        """The home at `root` (default: see `default_root`).

        `create`: make it if it is not there. Raises HomeMissingError when there is none, HomeError
        for another format version, a broken `home.toml` or `config.toml`, or a folder that holds
        something else.
        """
        root = (Path(root) if root is not None else default_root()).absolute()
        if not (root / "home.toml").exists():
            if not create:
                raise HomeMissingError(
                    f"还没有数据目录：{root}。请先运行 citycredit serve、load 或 demo。"
                )
            _create(root)
        home = cls.open_older(root)
        if home.format_version < FORMAT_VERSION:
            raise HomeError(
                f"数据目录 {root} 的格式版本是 {home.format_version}，本程序用 {FORMAT_VERSION}，"
                "未作任何读写。请先备份数据目录，再运行 citycredit upgrade 升级。"
            )
        for name in _FOLDERS:
            (root / name).mkdir(exist_ok=True)
        return home

    @classmethod
    def open_older(cls, root: Path | str | None = None) -> Home:
        """The home at `root` whether or not its format is an older one; nothing is written.

        Only for upgrading. Raises as `open` does, except for an older format version.
        """
        root = (Path(root) if root is not None else default_root()).absolute()
        if not (root / "home.toml").exists():
            raise HomeMissingError(f"还没有数据目录：{root}。")
        facts = _read_toml(root / "home.toml")
        version = facts.get("format_version")
        if not isinstance(version, int) or not 1 <= version <= FORMAT_VERSION:
            raise HomeError(
                f"数据目录 {root} 的格式版本是 {version!r}，本程序只认 {FORMAT_VERSION}，"
                "未作任何读写。请换用与之相配的程序版本，或另指定 --home。"
            )
        home_id, key_check = facts.get("home_id"), facts.get("key_check")
        if not isinstance(home_id, str) or not isinstance(key_check, str):
            raise HomeError(f"{root / 'home.toml'} 缺少 home_id 或 key_check，请从备份恢复该文件。")
        return cls(
            root=root,
            format_version=version,
            home_id=home_id,
            key_check=key_check,
            config=load_config(root / "config.toml"),
            _lock=FileLock(root / "writer.lock"),
        )

    @property
    def journal_path(self) -> Path:
        return self.root / self.JOURNAL_NAME

    @property
    def pointer_path(self) -> Path:
        return self.root / "current"

    @property
    def originals(self) -> Path:
        return self.root / "originals"

    @property
    def landing(self) -> Path:
        return self.root / "landing"

    @property
    def versions(self) -> Path:
        return self.root / "versions"

    @property
    def plans(self) -> Path:
        return self.root / "plans"

    @property
    def index_trees(self) -> Path:
        """Versions of the city index that the office added; need not exist."""
        return self.root / "index"

    @property
    def plan_folders(self) -> tuple[Path, Path]:
        """Where the home keeps its own plans and the index trees they may look at."""
        return self.plans, self.index_trees

    @property
    def closed(self) -> Path:
        """The frozen figures of closed plans (`warehouse.closing`)."""
        return self.root / "closed"

    @property
    def returned(self) -> Path:
        """What went back to departments with their files (`etl.returned`)."""
        return self.root / "returned"

    @property
    def cache(self) -> Path:
        """What can be made again at any time (`warehouse.compaction`)."""
        return self.root / "cache"

    @property
    def calendar_path(self) -> Path:
        """What `calendar add` brought; need not exist."""
        return self.root / "calendar" / "added.csv"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def scratch(self) -> Path:
        """Where DuckDB spills and half-written files stand; emptied by every writer."""
        return self.root / "tmp"

    def original(self, sha256: str) -> Path:
        """Where the original with this content is archived."""
        return self.originals / sha256[:2] / sha256

    def key(self) -> bytes:
        """The key of the identity hash. Raises HomeError if it is lost or not this home's."""
        path = key_path(self.home_id)
        try:
            key = bytes.fromhex(path.read_text(encoding="ascii").strip())
        except FileNotFoundError as error:
            raise HomeError(
                f"找不到身份密钥 {path}。请从备份恢复，或用环境变量 {KEY_VARIABLE} 指明位置。"
            ) from error
        except ValueError as error:
            raise HomeError(f"身份密钥文件 {path} 已损坏，请从备份恢复。") from error
        if _key_check(key) != self.key_check:
            raise HomeError(
                f"身份密钥 {path} 不是数据目录 {self.root} 的密钥，"
                "用它会使新旧记录对不上，已停止。请换回原来的密钥。"
            )
        return key

    @contextmanager
    def writer(self) -> Iterator[None]:
        """Holds the writer lock (reentrant in a thread); the system frees it if we are killed.

        Raises HomeError when another writer keeps it longer than `lock_timeout_seconds`.
        """
        try:
            self._lock.acquire(timeout=self.config.lock_timeout_seconds)
        except Timeout as error:
            raise HomeError(
                f"另一个程序正在写入数据目录 {self.root}（等了 "
                f"{self.config.lock_timeout_seconds:g} 秒）。请等它结束后再试。"
            ) from error
        try:
            yield
        finally:
            self._lock.release()

    @property
    def is_writer(self) -> bool:
        """Whether this thread holds the writer lock."""
        return bool(self._lock.is_locked)


def key_path(home_id: str) -> Path:
    """Where the key of a home is kept: never inside the home."""
    told = os.environ.get(KEY_VARIABLE)
    return Path(told) if told else Path.home() / ".config" / "citycredit" / f"{home_id}.key"


def _create(root: Path) -> None:
    """Make the folder; `home.toml` comes last, so a home is either whole or not there."""
    if root.exists() and not root.is_dir():
        raise HomeError(f"{root} 是一个文件，不能作数据目录。请另指定 --home。")
    foreign = (
        sorted(p.name for p in root.iterdir() if p.name not in _OWN_NAMES) if root.exists() else []
    )
    foreign = [name for name in foreign if not files.is_temporary(name)]
    if foreign:
        raise HomeError(
            f"目录 {root} 不是数据目录，里面已有别的文件（{foreign[0]} 等）。请指定一个空目录。"
        )
    root.mkdir(parents=True, exist_ok=True)
    with FileLock(root / "writer.lock"):
        if (root / "home.toml").exists():
            return
        home_id = uuid.uuid4().hex
        key = _ensure_key(key_path(home_id))
        created_at = datetime.now(UTC).isoformat(timespec="seconds")
        files.write_atomically(
            root / "home.toml",
            f'format_version = {FORMAT_VERSION}\nhome_id = "{home_id}"\n'
            f'key_check = "{_key_check(key)}"\ncreated_at = "{created_at}"\n',
        )


def _ensure_key(path: Path) -> bytes:
    """Read the key, or make it; only its owner may read it where the system knows owners."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        try:
            return bytes.fromhex(path.read_text(encoding="ascii").strip())
        except ValueError as error:
            raise HomeError(f"身份密钥文件 {path} 已损坏，请从备份恢复。") from error
    key = secrets.token_bytes(_KEY_BYTES)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(key.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    return key


def _key_check(key: bytes) -> str:
    """A short mark by which a wrong key is noticed; says nothing useful about the key."""
    return hashlib.sha256(b"citycredit key check" + key).hexdigest()[:12]
