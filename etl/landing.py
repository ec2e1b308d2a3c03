"""Landing: a file's original is archived and each recognised sheet becomes an immutable batch.

Everything is on disk before one journal line makes all batches of a load known at once; a kill at
any moment therefore leaves the whole load or none of it.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import polars as pl
import pyarrow.parquet as pq

from etl.intake import Table
from etl.read_ahead import ReadAhead
from etl.readers import READER_VERSION, UnreadableFile, shown_name
from warehouse import files
from warehouse.contracts import Contract
from warehouse.derive import derive_parts
from warehouse.derive_distinct import derive_slices
from warehouse.engines import open_warehouse
from warehouse.home import Home
from warehouse.journal import Batch, Journal, batch_id_of, next_sequence
from warehouse.masking import IdentityHash
from warehouse.plans import Plan

# Preparing the statement of a wide contract takes far longer than running it over a few thousand
# rows, and most files that departments send are small: their sheets wait for each other.
_SMALL_ROWS = 20_000
_WAITING_ROWS = 200_000
_WRITERS = 2
# Rows that DuckDB reads by one thread.
_ROW_GROUP = 122_880
_BATCH_ID = re.compile(r"B\d{6,}")


class LandingError(Exception):
    """A file that is not landed; the text (Chinese) says why, without naming the file."""


@dataclass(frozen=True)
class Incoming:
    """A file to land. `replaces`: a batch id, or the name of a file landed before."""

    path: Path
    received: date
    department: str | None = None
    replaces: str | None = None


@dataclass(frozen=True)
class Problem:
    """A file of which nothing was landed, and why (Chinese)."""

    file: str
    message: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "file", shown_name(self.file))


@dataclass(frozen=True)
class Skipped:
    """A sheet that fits no ledger beside one that does."""

    file: str
    sheet: str
    reason: str


@dataclass
class Landed:
    """What came of a load: `new` batches, `duplicates` (batches that were there already)."""

    new: list[Batch] = field(default_factory=list)
    duplicates: list[Batch] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    notices: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class _Waiting:
    """A small sheet whose landing file is still to be written."""

    frame: pl.DataFrame
    contract: Contract
    received: date
    target: Path


class Landing:
    """Lands files into one home. The caller holds the writer lock (`Store.writing`).

    `coming`: the files that will be landed, in their order, if there are to be many.
    """

    def __init__(
        self, home: Home, contracts: Mapping[str, Contract], coming: Sequence[Path] = ()
    ) -> None:
        self.home = home
        self.contracts = contracts
        self.journal = Journal(home)
        self.identity_hash = IdentityHash(home.key())
        self._con = open_warehouse(config=home.config, scratch=home.scratch)
        self._waiting: list[_Waiting] = []
        self._waiting_rows = 0
        self._files = ReadAhead(coming, contracts)

    def __enter__(self) -> Landing:
        return self

    def __exit__(self, *error: object) -> None:
        self._files.close()
        self._con.close()

    def land(self, incoming: Iterable[Incoming], plan: Plan, landed: Landed) -> None:
        """Put files on disk, in this order, under one plan; what came of it goes into `landed`.

        A file that cannot be landed is reported in `problems`; the others go on. Nothing is known
        to anybody before `enter`.
        """
        known = self.journal.batches()
        for one in incoming:
            try:
                self._land_file(one, plan, known + landed.new, landed)
            except LandingError as error:
                landed.problems.append(Problem(str(one.path), str(error)))
            except OSError as error:
                reason = files.reason_of(error)
                landed.problems.append(Problem(str(one.path), f"没能存下（{reason}），请重试。"))

    def enter(self, landed: Landed) -> None:
        """Write what waits, then enter all new batches in the journal, by one event.

        Raises LandingError if the disk refuses; then nothing of the load is entered.
        """
        self._write_waiting()
        if landed.new:
            self.journal.append("landed", landed=[batch.to_json() for batch in landed.new])

    def _land_file(self, one: Incoming, plan: Plan, known: Sequence[Batch], landed: Landed) -> None:
        tables, skipped, sha256 = self._recognise(one.path)
        new: list[Batch] = []
        duplicates: list[Batch] = []
        notices: list[Problem] = []
        replaces = _replaced(one.replaces, plan, known, {_ledger(t) for t in tables})
        sequence = next_sequence(list(known))
        if any(_twin(known, sha256, plan.place_id, table) is None for table in tables):
            self._archive(one.path, sha256)
        for table in tables:
            twin = _twin(known, sha256, plan.place_id, table)
            if twin is not None:
                duplicates.append(twin)
                continue
            batch = self._write(table, one, plan, sha256, sequence + len(new), replaces)
            new.append(batch)
            where = f"工作表“{table.sheet}”：" if table.sheet else ""
            notices += [Problem(str(one.path), where + p.message) for p in table.problems]
        landed.new += new
        landed.duplicates += duplicates
        landed.skipped += skipped
        landed.notices += notices

    def _recognise(self, path: Path) -> tuple[list[Table], list[Skipped], str]:
        """The tables of a file, the sheets that fit no ledger, and the sha256.

        Raises LandingError (Chinese) if the file cannot be read or no sheet fits.
        """
        try:
            found = self._files.read(path)
        except UnreadableFile as error:
            raise LandingError(error.reason) from error
        skipped = [
            Skipped(path.name, t.sheet, t.skipped_reason) for t in found.tables if t.skipped_reason
        ]
        return [t for t in found.tables if not t.skipped_reason], skipped, found.sha256

    def _archive(self, path: Path, sha256: str) -> None:
        """Keep the original. Raises LandingError if it is no longer the content that was read."""
        original = self.home.original(sha256)
        if original.exists():
            return
        files.copy_atomically(path, original)
        if files.sha256_of(original) != sha256:
            original.unlink()
            raise LandingError("收的时候文件还在变动，未收。请等它存好后重试。")

    def _write(
        self,
        table: Table,
        one: Incoming,
        plan: Plan,
        sha256: str,
        sequence: int,
        replaces: dict[str, str],
    ) -> Batch:
        contract = self.contracts[_ledger(table)]
        batch_id = batch_id_of(sequence)
        name = f"{batch_id}.parquet"
        self._write_soon(table, contract, one.received, self.home.landing / name)
        return Batch(
            batch_id=batch_id,
            sequence=sequence,
            file_name=one.path.name,
            sha256=sha256,
            sheet_name=table.sheet,
            ledger=contract.ledger,
            standard=table.standard,
            header_row=table.header_row,
            place_id=plan.place_id,
            plan_id=plan.id,
            department=one.department or table.unit_above_header,
            received_date=one.received,
            landed_at=datetime.now(UTC).isoformat(timespec="seconds"),
            rows=table.frame.height,
            replaces_batch_id=replaces.get(contract.ledger),
            contract_version=contract.version,
            reader_version=READER_VERSION,
            header_map=[list(entry) for entry in table.header_map],
            landing=name,
        )

    def _write_soon(self, table: Table, contract: Contract, received: date, target: Path) -> None:
        """Write the landing table of a large sheet now, let a small one wait for the next ones."""
        if table.frame.height >= _SMALL_ROWS:
            derived = derive_slices(self._con, table.frame, contract, received, self.identity_hash)
            with _whole(target) as temporary:
                _write_slices(temporary, derived)
            return
        self._waiting.append(_Waiting(table.frame, contract, received, target))
        self._waiting_rows += table.frame.height
        if self._waiting_rows > _WAITING_ROWS:
            self._write_waiting()

    def _write_waiting(self) -> None:
        """Write the landing tables of the sheets that wait, those of one ledger together.

        Then everything that was landed so far is on disk.
        """
        waiting, self._waiting, self._waiting_rows = self._waiting, [], 0
        ledgers = [
            [w for w in waiting if w.contract.ledger == ledger]
            for ledger in dict.fromkeys(w.contract.ledger for w in waiting)
        ]
        # DuckDB prepares a statement on one processor; two prepare two.
        with ThreadPoolExecutor(_WRITERS) as threads:
            for _ in threads.map(self._write_ledger, ledgers):
                pass
        files.sync_folder(self.home.landing)

    def _write_ledger(self, waiting: Sequence[_Waiting]) -> None:
        parts = [(w.frame, w.received) for w in waiting]
        with self._con.cursor() as con:
            derived = derive_parts(con, parts, waiting[0].contract, self.identity_hash)
        for one, frame in zip(waiting, derived, strict=True):
            with _whole(one.target) as temporary:
                frame.write_parquet(temporary, compression="zstd")

    def reland(self, batch: Batch) -> Batch:
        """The batch as today's readers and contracts see its original, in a new landing file.

        The id, sequence, received date and department stay. The journal is not touched.
        Raises LandingError if the original is gone or no longer read as this ledger.
        """
        original = self.home.original(batch.sha256)
        if not original.exists():
            raise LandingError(
                f"{batch.batch_id} 的原件已丢失，无法重新落地。请从备份恢复 originals/。"
            )
        tables, _, _ = self._recognise(original)
        for table in tables:
            if table.ledger == batch.ledger and table.sheet == batch.sheet_name:
                break
        else:
            raise LandingError(
                f"{batch.batch_id}（{batch.file_name}）现在不再认作台账 {batch.ledger}，未改动。"
            )
        contract = self.contracts[batch.ledger]
        name = f"{batch.batch_id}-{uuid.uuid4().hex[:8]}.parquet"
        self._write_soon(table, contract, batch.received_date, self.home.landing / name)
        self._write_waiting()
        return replace(
            batch,
            standard=table.standard,
            header_row=table.header_row,
            rows=table.frame.height,
            contract_version=contract.version,
            reader_version=READER_VERSION,
            header_map=[list(entry) for entry in table.header_map],
            landing=name,
        )


@contextmanager
def _whole(target: Path) -> Iterator[Path]:
    """A temporary file that takes its place beside the others only when it is whole on disk.

    Its name is on disk when the folder is synced.
    """
    temporary = files.temporary_beside(target)
    try:
        yield temporary
        files.sync_file(temporary)
        files.name(temporary, target)
    except (OSError, duckdb.IOException) as error:
        raise LandingError("写入落地表失败（磁盘空间不足或无权限），请检查后重试。") from error
    finally:
        temporary.unlink(missing_ok=True)


def _write_slices(path: Path, slices: Iterator[pl.DataFrame]) -> None:
    """Write frames of one shape into one file; while one is written the next is made."""
    with ExitStack() as stack:
        thread = stack.enter_context(ThreadPoolExecutor(1))
        writer: pq.ParquetWriter | None = None
        written: Future[None] | None = None
        for frame in slices:
            table = frame.to_arrow()
            if written is not None:
                written.result()
            if writer is None:
                writer = stack.enter_context(
                    pq.ParquetWriter(path, table.schema, compression="zstd")
                )
                stack.callback(thread.shutdown)  # whatever happens, before the file is closed
            written = thread.submit(writer.write_table, table, _ROW_GROUP)
        if written is not None:
            written.result()


def _ledger(table: Table) -> str:
    """The ledger of a recognised table."""
    if table.ledger is None:
        raise LandingError(f"工作表“{table.sheet}”不是任何台账。")
    return table.ledger


def _twin(known: Sequence[Batch], sha256: str, place_id: str, table: Table) -> Batch | None:
    """The batch that these bytes already are: same place, ledger and sheet, not withdrawn."""
    for batch in known:
        if (
            batch.sha256 == sha256
            and batch.place_id == place_id
            and batch.ledger == table.ledger
            and batch.sheet_name == table.sheet
            and batch.state != "withdrawn"
        ):
            return batch
    return None


def _replaced(
    told: str | None, plan: Plan, known: Sequence[Batch], ledgers: set[str]
) -> dict[str, str]:
    """Which batch is replaced, by ledger of the file that comes in. Raises LandingError."""
    if told is None:
        return {}
    here = [b for b in known if b.place_id == plan.place_id]
    if _BATCH_ID.fullmatch(told):
        named = [b for b in here if b.batch_id == told]
    else:
        named = [b for b in here if b.file_name == told]
    if not named:
        raise LandingError(f"要替换的批次“{told}”不存在，或不属于方案 {plan.id} 的地方。")
    alive = [b for b in named if b.state != "withdrawn"]
    if not alive:
        raise LandingError(f"要替换的批次“{told}”已经撤回，请改为直接报送。")
    # The newest of a name that came twice; a workbook's sheets replace their own ledger each.
    found = {b.ledger: b.batch_id for b in alive if b.ledger in ledgers}
    if not found:
        titles = "、".join(sorted({b.ledger for b in alive}))
        raise LandingError(f"要替换的批次“{told}”是台账 {titles}，与本文件的台账不同。")
    return found
