"""Ten million decisions in one run: none lost, none twice, memory flat, the log read and counted.

One processor for the gateway; the load, and what rolls the log into Parquet meanwhile, share the
other. Every id that was answered is compared with the log by DuckDB, as anybody may read it.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks.bench import Bench
from benchmarks.measuring import Line
from benchmarks.servers import TREES, Peer, gateway, on, prepared
from gonogo.gateway.places import Places
from gonogo.records import places

NAME = "gateway-long"
BATCH = 500
FLAT = 1.1
"""At most so many times the memory of a tenth of the run at its end."""
QUICK_DECISIONS = 5_000
EVERY_SECONDS = 1.0
"""How often memory is looked at."""
ROLL_SECONDS = 10.0
"""How often the log is rolled while decisions come."""
ROLLS = """
import sys, time
from pathlib import Path
from gonogo.records.rolling import roll

while True:
    roll(Path(sys.argv[1]))
    time.sleep(float(sys.argv[2]))
"""
COUNTED = """
WITH told AS (SELECT id FROM read_csv($told, header = false, columns = {'id': 'VARCHAR'})),
logged AS (SELECT id FROM read_parquet($log, hive_partitioning = true) WHERE role = 'live')
SELECT (SELECT count(*) FROM told), (SELECT count(*) FROM logged),
       (SELECT count(DISTINCT id) FROM logged),
       (SELECT count(*) FROM told ANTI JOIN logged USING (id)),
       (SELECT count(*) FROM logged ANTI JOIN told USING (id))
"""


@dataclass(frozen=True, slots=True)
class Counted:
    """What was answered, against what the log holds."""

    told: int
    logged: int
    distinct: int
    lost: int
    """Answered and not in the log."""
    untold: int
    """In the log and not answered."""


def run(bench: Bench) -> list[Line]:
    """Measure it."""
    folder = bench.folder / "gateway-long"
    prepared(folder, 10 if bench.quick else TREES)
    wanted = QUICK_DECISIONS if bench.quick else bench.decisions
    _batches(folder)
    home = folder / "home"
    log = Places(home).decisions
    with gateway(home, folder) as ours, _rolling(log, bench):
        sent, memory = _sent(ours, folder, wanted, bench)
    _rolled(log)
    found = _counted(folder, log)
    return [_all(found, sent, wanted, bench), _memory(memory, bench)]


def _all(found: Counted, sent: dict[str, float], wanted: int, bench: Bench) -> Line:
    twice = found.logged - found.distinct
    whole = found.told == sent["decided"] and not (found.lost or found.untold or twice)
    if bench.quick and not whole:
        raise RuntimeError(f"the log is not what was answered: {found}")
    rate = sent["decided"] / sent["seconds"]
    return Line(
        NAME,
        f"decisions answered in batches of {BATCH} and read back from the log by DuckDB"
        + ("" if sent["decided"] >= wanted else f" (of {wanted:,}: the time was over)"),
        f"{found.told:,} answered, {rate:,.0f} a second",
        f"{found.distinct:,} in the log: {found.lost} lost, {twice} twice, {found.untold} untold",
        (found.logged / max(found.told, 1),),
        "none lost, none twice",
        whole if bench.judged else None,
    )


def _memory(seen: list[int], bench: Bench) -> Line:
    """The gateway's resident memory at a tenth of the run, and the most of its last half."""
    first, most = seen[len(seen) // 10], max(seen[len(seen) // 2 :])
    return Line(
        NAME,
        "memory of the gateway, the most of the second half",
        f"{most / 2**20:,.0f} MiB",
        f"after a tenth: {first / 2**20:,.0f} MiB",
        (most / first,),
        f"at most {FLAT:g} ×",
        most <= first * FLAT if bench.judged else None,
    )


def _sent(
    ours: Peer, folder: Path, wanted: int, bench: Bench
) -> tuple[dict[str, float], list[int]]:
    """What the sender did, and the gateway's memory while it did."""
    command = [
        *(sys.executable, "-m", "benchmarks.sending", str(ours.port), ours.path),
        *(str(folder / "batches"), str(folder / "told"), "--token", ours.token),
        *("--batches", str(-(-wanted // BATCH)), "--seconds", str(bench.seconds)),
    ]
    memory = [_resident(ours.pid)]
    step = bench.begin(f"deciding {wanted:,} times", wanted)
    sending = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        preexec_fn=on(1),  # noqa: PLW1509  # it calls the kernel alone
    )
    with sending as process:
        counted = 0
        while process.poll() is None:
            time.sleep(0.05 if bench.quick else EVERY_SECONDS)
            memory.append(_resident(ours.pid))
            told = _size(folder / "told") // 33
            step(told - counted)
            counted = told
        said = process.stdout.read() if process.stdout else b""
    if process.returncode:
        raise RuntimeError("the sender failed")
    found: dict[str, float] = json.loads(said)
    return found, memory


@contextmanager
def _rolling(log: Path, bench: Bench) -> Iterator[None]:
    """Closed segments become Parquet meanwhile, as beside the console."""
    if bench.quick:
        yield
        return
    command = [sys.executable, "-c", ROLLS, str(log), str(ROLL_SECONDS)]
    rolling = subprocess.Popen(command, preexec_fn=on(1))  # noqa: PLW1509  # as above
    with rolling as process:
        try:
            yield
        finally:
            process.kill()


def _rolled(log: Path) -> None:
    """Roll what is left, the gateway's last segment too."""
    code = "import sys; from pathlib import Path; from gonogo.records.rolling import roll; "
    subprocess.run([sys.executable, "-c", f"{code}roll(Path(sys.argv[1]))", str(log)], check=True)
    if places.segments(log):
        raise RuntimeError("a segment was not rolled")


def _counted(folder: Path, log: Path) -> Counted:
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": "1GB",
        "temp_directory": str(folder / "spilled"),
        "preserve_insertion_order": False,
    }
    with duckdb.connect(":memory:", config=settings) as connection:
        files = str(log / "decisions" / "**" / "*.parquet")
        given = {"told": str(folder / "told"), "log": files}
        row = connection.execute(COUNTED, given).fetchone()
    if row is None:
        raise RuntimeError("nothing was counted")
    return Counted(*row)


def _batches(folder: Path) -> None:
    """The requests of `bodies`, in batches."""
    lines = (folder / "bodies").read_bytes().splitlines()
    batches = [lines[start : start + BATCH] for start in range(0, len(lines), BATCH)]
    (folder / "batches").write_bytes(b"\n".join(b"[" + b",".join(one) + b"]" for one in batches))


def _resident(pid: int) -> int:
    """Bytes of a process that are in memory."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("the gateway is gone")


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
