"""The demonstration: the sample files shipped with the product, loaded into a home of their own."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from etl.outcome import LoadResult
from etl.pipeline import Pipeline, RequestError
from etl.received import files_in
from warehouse import files
from warehouse.journal import Batch

SAMPLES_DIR = Path(__file__).parents[1] / "data" / "samples"


def sample_folders(root: Path = SAMPLES_DIR) -> list[tuple[str, Path]]:
    """(plan id, folder) of every folder `<plan>/YYYY-MM`; the generator beside them is no plan."""
    return [(folder.parent.name, folder) for folder in sorted(root.glob("*/????-??"))]


def load_samples(pipeline: Pipeline, root: Path = SAMPLES_DIR) -> LoadResult:
    """Load all samples and publish once. A second time they are all known already.

    Raises RequestError if the home holds other data: invented figures must never mix with real
    ones.
    """
    folders = sample_folders(root)
    known = _hashes(folders)
    if any(batch.sha256 not in known for batch in pipeline.journal.batches()):
        raise RequestError(
            f"数据目录 {pipeline.home.root} 里已有别的数据，演示数据不能混入。"
            "请用 --home 另指定一个空目录。"
        )
    return pipeline.load_many(folders)


def holds_samples(batches: Iterable[Batch]) -> bool:
    """Whether files of the shipped samples are among these batches, so that all is invented."""
    return any(b.sha256 in _shipped_hashes() for b in batches if b.state != "withdrawn")


@cache
def _shipped_hashes() -> frozenset[str]:
    return _hashes(sample_folders())


def _hashes(folders: Iterable[tuple[str, Path]]) -> frozenset[str]:
    return frozenset(files.sha256_of(file) for _, folder in folders for file in files_in(folder))
