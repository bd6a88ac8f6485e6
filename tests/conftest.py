"""What all tests share: no network, and telegram's future types."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest

from tests.postgres import Server

os.environ["PTB_TIMEDELTA"] = "1"

_connect = socket.socket.connect


def _loopback_only(self: socket.socket, address: object) -> None:
    """An accidental call to the outside fails at once."""
    host = address[0] if isinstance(address, tuple) else ""
    if self.family != socket.AF_UNIX and host not in ("127.0.0.1", "::1", "localhost"):
        raise AssertionError(f"a test reached for the network: {address!r}")
    _connect(self, address)  # type: ignore[arg-type]


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", _loopback_only)
    yield
    patch.undo()


BOTH = ("sqlite", "postgresql")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=("some", *BOTH, "both"),
        default="some",
        help="where dialogue tests keep their county: on SQLite and those marked so on both (some), or all on one or both",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Dialogue tests run on SQLite, and on PostgreSQL too where their module or the command line says so."""
    if "database_kind" not in metafunc.fixturenames:
        return
    asked = metafunc.config.getoption("--database")
    marked = metafunc.definition.get_closest_marker("both_databases")
    some = BOTH if marked else BOTH[:1]
    metafunc.parametrize("database_kind", {"some": some, "both": BOTH}.get(asked, (asked,)))


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """PostgreSQL, started when a test first asks for it and stopped at the end."""
    server = Server.found()
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture
def postgres(server: Server) -> Iterator[str]:
    """The URL of a new, empty PostgreSQL database."""
    name = server.create()
    yield server.url(name)
    server.drop(name)
