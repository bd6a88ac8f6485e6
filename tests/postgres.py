"""A PostgreSQL server of the tests' own: Debian's binaries, a folder of its own, a unix socket and no network."""

from __future__ import annotations

import getpass
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
import warnings
from pathlib import Path
from typing import NoReturn

import psycopg
import pytest
from psycopg import sql

SUPERUSER = "yibao"
# Debian keeps them out of the search path; the newest comes first.
FOLDERS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -int(path.parent.name))
# Nothing of a test outlives the machine; a fresh server starts in half a second.
OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "16MB",
    "max_connections": "60",
    # Neither this nor the machine's own zone may matter to what is stored.
    "timezone": "America/St_Johns",
}
PATIENCE = 60.0
_names = itertools.count(1)


class NoPostgresWarning(UserWarning):
    """A part of the tests did not run."""


def binaries() -> Path | None:
    """The folder with ``initdb`` and ``postgres``; None when PostgreSQL is not installed."""
    on_path = shutil.which("initdb")
    return next(iter(FOLDERS), None) or (Path(on_path).parent if on_path else None)


def missing() -> NoReturn:
    """Without PostgreSQL the tests that need it skip, loudly; in CI they fail."""
    said = "NO POSTGRESQL: half of the storage tests did not run. Install it: make postgres (apt-get install postgresql)"
    if os.environ.get("CI") == "true":
        pytest.fail(said)
    with warnings.catch_warnings():
        # Elsewhere every warning is an error; this one is to be read in the summary.
        warnings.simplefilter("always")
        warnings.warn(NoPostgresWarning(said), stacklevel=2)
    pytest.skip(said)


class Server:
    """A server that can be stopped, killed and started again on the same data and the same address."""

    def __init__(self, binaries: Path) -> None:
        self._binaries = binaries
        # PostgreSQL refuses to run as root, and its user may not look into root's home.
        self._owner = "postgres" if os.geteuid() == 0 else getpass.getuser()
        # A short path: a socket's address has 107 characters at most.
        self.folder = Path(tempfile.mkdtemp(prefix="yibao-pg-"))
        if os.geteuid() == 0:
            os.chown(self.folder, pwd.getpwnam(self._owner).pw_uid, pwd.getpwnam(self._owner).pw_gid)
        self._process: subprocess.Popen[bytes] | None = None
        options = ["-A", "trust", "-U", SUPERUSER, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        subprocess.run(
            self._command("initdb", "-D", str(self.folder / "data"), *options),
            check=True,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
        )

    @classmethod
    def found(cls) -> Server:
        """A server that is not started yet; without PostgreSQL the test skips, loudly."""
        return cls(binaries() or missing())

    @property
    def is_up(self) -> bool:
        return self._process is not None

    def _command(self, program: str, *words: str) -> list[str]:
        """As another user where we are root; and the server ends with the tests, even when they are killed."""
        leash = ["setpriv", "--pdeathsig", "QUIT"] if shutil.which("setpriv") else []
        if leash and os.geteuid() == 0:
            leash += ["--reuid", self._owner, "--regid", self._owner, "--init-groups"]
        return [*leash, str(self._binaries / program), *words]

    def start(self) -> None:
        """Returns when it takes connections."""
        settings = [f"-c{name}={value}" for name, value in OPTIONS.items()]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command("postgres", "-D", str(self.folder / "data"), "-k", str(self.folder), *settings),
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )
        self._wait()

    def _wait(self) -> None:
        ready = [str(self._binaries / "pg_isready"), "-q", "-h", str(self.folder), "-t", "1"]
        for _ in range(int(PATIENCE / 0.05)):
            if subprocess.run(ready, check=False).returncode == 0:
                return
            assert self._process is not None
            try:
                self._process.wait(0.05)
            except subprocess.TimeoutExpired:
                continue
            break
        raise RuntimeError((self.folder / "log").read_text())

    def stop(self) -> None:
        """As an administrator does: connections are ended, what was committed is kept."""
        self._end("-INT")

    def kill(self) -> None:
        """As a power cut does: nobody is told."""
        self._end("-QUIT")

    def _end(self, signal: str) -> None:
        process, self._process = self._process, None
        if process is not None:
            subprocess.run(["kill", signal, str(process.pid)], check=True)
            process.wait(PATIENCE)

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, name: str) -> str:
        return f"postgresql://{SUPERUSER}@/{name}?host={self.folder}"

    def create(self, template: str = "template0") -> str:
        """A new database, empty or a copy of another; returns its name."""
        name = f"county_{next(_names)}"
        self._say(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )
        return name

    def drop(self, name: str) -> None:
        self._say(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def _say(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)
