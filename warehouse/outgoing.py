"""How the rows of a ledger go up: in which columns, for which day, which of several rows stands.

What goes up follows from the contract: its columns in their order without the extension columns,
every row of the period by the day it tells. `outgoing/<ledger>.toml` says what differs.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from warehouse.contracts import Column, Contract, ContractError, header_key

OUTGOING_DIR = Path(__file__).parent / "outgoing"

Recodes = Mapping[str, Mapping[str, Mapping[str, str]]]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Layout(_Frozen):
    """The headers of one standard in its order. `recodes`: by the standard a row came in, by field:
    what a code of that standard is called in this one."""

    columns: Annotated[tuple[str, ...], Field(min_length=1)]
    recodes: Recodes = {}


class Outgoing(_Frozen):
    """How one ledger goes up.

    `has_public`: there is a set for publication beside the one for submission. `is_standing`: its
    rows say what stands, not what happened on a day; they go by the month they were handed in for.
    `key`: staging columns; of rows that agree in all of them the newest stands. `layouts`: those
    that differ from the contract's own columns, by standard.
    """

    has_public: bool = False
    is_standing: bool = False
    key: tuple[str, ...] = ()
    layouts: Mapping[str, Layout] = {}


@dataclass(frozen=True)
class OutColumn:
    """One column of a package: its header, the contract column it holds (None: what rows brought
    under this header), and which part of a joined column it is (None: all of it)."""

    header: str
    column: Column | None
    part: int | None = None
    is_last_part: bool = True


def load_outgoing(contract: Contract, folder: Path = OUTGOING_DIR) -> Outgoing:
    """How the rows of this ledger go up. Raises ContractError naming file and key."""
    outgoing = _read(folder / f"{contract.ledger}.toml")
    _check(outgoing, contract, f"{folder.name}/{contract.ledger}.toml")
    return outgoing


def columns_of(
    contract: Contract, standard_id: str, *, with_extensions: bool, outgoing: Outgoing
) -> list[OutColumn]:
    """The columns of a package in the order of the standard; the extension columns come last."""
    standard = contract.standard(standard_id)
    layout = outgoing.layouts.get(standard_id)
    if layout is not None:
        found = [_out_column(contract, header, layout.columns) for header in layout.columns]
    else:
        own = (c for c in contract.columns if c.field not in standard.absent)
        found = [OutColumn(c.title, c) for c in own if not c.is_extension]
    if with_extensions:
        told = {c.column.field for c in found if c.column is not None}
        extensions = (c for c in contract.columns if c.is_extension and c.field not in told)
        found += [OutColumn(c.title, c) for c in extensions]
    return found


def _out_column(contract: Contract, header: str, headers: tuple[str, ...]) -> OutColumn:
    column = contract.column_of(header)
    if column is None:
        return OutColumn(header, None)
    joined = {header_key(alias) for alias in column.joined_aliases}
    parts = [h for h in headers if header_key(h) in joined]
    if header not in parts:
        return OutColumn(header, column)
    number = parts.index(header)
    return OutColumn(header, column, number, number == len(parts) - 1)


@cache
def _read(path: Path) -> Outgoing:
    if not path.exists():
        return Outgoing()
    name = f"{path.parent.name}/{path.name}"
    try:
        return Outgoing.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise ContractError(name, "格式", str(error)) from error
    except ValidationError as error:
        first = error.errors()[0]
        raise ContractError(name, ".".join(map(str, first["loc"])), first["msg"]) from error


def _check(outgoing: Outgoing, contract: Contract, name: str) -> None:
    standards = {standard.id for standard in contract.standards}
    for standard_id, layout in outgoing.layouts.items():
        if unknown := ({standard_id} | set(layout.recodes)) - standards:
            raise ContractError(name, "layouts", f"没有标准 {'、'.join(sorted(unknown))}")
        fields = {f for recodes in layout.recodes.values() for f in recodes}
        if unknown := fields - set(contract.fields):
            raise ContractError(name, "recodes", f"提到没有的字段 {'、'.join(sorted(unknown))}")
