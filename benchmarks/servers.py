"""PostgreSQL servers of a measurement's own, on loopback, in a folder that goes with it."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple


class Server(NamedTuple):
    """One PostgreSQL server: where its programs and its data are, and its port on loopback."""

    programs: Path
    data: Path
    port: int

    def run(self, program: str, *words: str) -> None:
        """Run a program of the server, by the user postgres where we are root: it refuses to run as root."""
        user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        done = subprocess.run(
            [*user, str(self.programs / program), *words],
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"{program}: {done.stderr.decode(errors='replace')}")

    def ask(self, program: str, *words: str) -> None:
        """Run a program that asks the server, as its owner."""
        self.run(program, "-h", "127.0.0.1", "-p", str(self.port), "-U", "tracker", *words)

    def make(self) -> None:
        """Make its data, in a folder that must be there, and start it."""
        if os.geteuid() == 0:
            shutil.chown(self.data.parent, "postgres")
        self.run("initdb", "-D", str(self.data), "-U", "tracker", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        given = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
        self.run("pg_ctl", "start", "-w", "-D", str(self.data), "-l", f"{self.data}.log", "-o", given)

    def stop(self) -> None:
        """Stop it at once where it still runs."""
        with suppress(OSError, SystemExit):
            self.run("pg_ctl", "stop", "-m", "immediate", "-D", str(self.data))

    @property
    def process(self) -> int:
        """The number of its first process."""
        return int((self.data / "postmaster.pid").read_text(encoding="utf-8").split()[0])

    @property
    def children(self) -> list[int]:
        """The numbers of the processes that it has started and that still run."""
        first = self.process
        return [*map(int, Path(f"/proc/{first}/task/{first}/children").read_text(encoding="utf-8").split())]

    def kill(self) -> None:
        """End it at once, all its processes, as a machine does that loses its power."""
        for process in (self.process, *self.children):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    def spent(self) -> float:
        """Return the processor time in milliseconds of all its processes so far, those that have ended included."""
        own = (_ticks(process)[:2] for process in self.children)
        return (
            1000
            / os.sysconf("SC_CLK_TCK")
            * sum((*_ticks(self.process)[2:], *(tick for ticks in own for tick in ticks)))
        )

    def address(self, database: str) -> str:
        """Return the address of a ledger in one of its databases."""
        return f"postgresql+psycopg://tracker@127.0.0.1:{self.port}/{database}"


def _ticks(process: int) -> tuple[int, ...]:
    """Return what a process has used by the kernel's clock: itself (user, system), and its children that have ended."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):  # it ended before it was opened, or before it was read
        return (0, 0, 0, 0)
    return tuple(map(int, fields[11:15]))


@contextmanager
def running(programs: Path, folder: Path, port: int) -> Iterator[Server]:
    """Make a server in a folder, which the user postgres may then enter, and stop it at the end."""
    server = Server(programs, folder / "servers" / "one", port)
    folder.chmod(0o755)
    server.data.parent.mkdir()
    try:
        server.make()
        yield server
    finally:
        server.stop()
