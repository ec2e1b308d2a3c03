"""Many sessions opening at once on one dashboard process: how long each waits, what it costs.

    python -m bench.sessions [--home bench/out/home-1000000] [--sessions 30] [--page overview]

Each session is a websocket of its own that asks for a page as a browser does and reads until the
server says that the page is whole; drawing in the browser is not counted. The server is stopped at
the end. Linux only: memory is read from /proc.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from statistics import median

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect

from bench.measure import OUT, report

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 120
FACTOR = 1024  # /proc tells KiB


def bench_sessions(home: Path, sessions: int, page: str, port: int) -> None:
    """Open the page in so many sessions at once, twice; report waits, errors and memory.

    `first`: nothing is cached yet; `again`: another such crowd on the warm server.
    """
    command = [sys.executable, "-m", "etl.cli", "serve", "--home", home, "--port", str(port)]
    server = subprocess.Popen(
        list(map(str, command)), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(port)
        idle = resident_mib(server.pid, "VmRSS")
        crowds = {}
        for crowd in ("first", "again"):
            waits, broken = asyncio.run(open_all(port, page, sessions))
            crowds[crowd] = {
                "median_seconds": round(median(waits), 2),
                "worst_seconds": round(max(waits), 2),
                "broken": broken,
            }
        report(
            f"sessions-{home.name}-{page}",
            {
                "home": home.name,
                "page": page,
                "sessions": sessions,
                **crowds,
                "idle_mib": idle,
                "peak_mib": resident_mib(server.pid, "VmHWM"),
            },
        )
    finally:
        server.terminate()
        server.wait(timeout=30)


def wait_for(port: int) -> None:
    """Until the server answers. Raises TimeoutError."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(f"no server on port {port}")


async def open_all(port: int, page: str, sessions: int) -> tuple[list[float], int]:
    """Seconds that each of the sessions waited for its page, and how many pages had broken. All
    stay open until the last has its page, as people do."""
    is_over = asyncio.Event()
    opened = [asyncio.Event() for _ in range(sessions)]
    tasks = [asyncio.create_task(open_one(port, page, mine, is_over)) for mine in opened]
    await asyncio.wait(
        [asyncio.gather(*(mine.wait() for mine in opened)), *tasks],
        return_when=asyncio.FIRST_COMPLETED,
    )
    is_over.set()
    results = await asyncio.gather(*tasks)
    return [seconds for seconds, _ in results], sum(failed for _, failed in results)


async def open_one(
    port: int, page: str, opened: asyncio.Event, is_over: asyncio.Event
) -> tuple[float, bool]:
    """Seconds until one session has its page, and whether that had broken."""
    started = time.perf_counter()
    failed = False
    address = f"ws://127.0.0.1:{port}/_stcore/stream"
    # Browsers send no pings of their own; a crowd may take longer than their patience.
    options = {"subprotocols": ["streamlit"], "max_size": None, "ping_interval": None}
    async with connect(address, **options) as socket:
        ask = BackMsg()
        ask.rerun_script.page_name = "" if page == "overview" else page
        await socket.send(ask.SerializeToString())
        async for message in socket:
            told = ForwardMsg.FromString(bytes(message))
            kind = told.WhichOneof("type")
            if kind == "delta":
                element = told.delta.new_element
                failed |= element.HasField("exception") or "citycredit doctor" in element.alert.body
            if kind == "script_finished":
                break
        seconds = time.perf_counter() - started
        opened.set()
        await is_over.wait()
    return seconds, failed


def resident_mib(pid: int, what: str) -> int:
    """VmRSS or VmHWM (its peak) of a process and all its children, in MiB: of the largest one,
    which is the server."""
    family, found = [pid], 0
    for parent in family:  # grows while it is read
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii")
        family += map(int, children.split())
        status = Path(f"/proc/{parent}/status").read_text(encoding="ascii").splitlines()
        [line] = [line for line in status if line.startswith(f"{what}:")]
        found = max(found, int(line.split()[1]) // FACTOR)
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=OUT / "home-1000000")
    parser.add_argument("--sessions", type=int, default=30)
    parser.add_argument("--page", default="overview")
    parser.add_argument("--port", type=int, default=8899)
    chosen = parser.parse_args()
    bench_sessions(chosen.home.absolute(), chosen.sessions, chosen.page, chosen.port)
