"""What goes into a column comes out the same, and what could not is refused at the door."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    Table,
    create_engine,
    event,
    insert,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.schema import CreateTable

from storage.types import CHOICE_LENGTH, MAX_DECIMAL_PLACES, ExactDecimal, Json, UtcDateTime, choice

SQLITE, POSTGRES = sqlite.dialect(), postgresql.dialect()  # type: ignore[no-untyped-call]

metadata = MetaData(naming_convention={"ck": "ck_%(table_name)s_%(constraint_name)s"})
thing = Table(
    "thing",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime),
    Column("number", ExactDecimal),
    Column("document", Json),
    Column("state", choice("open", "closed", name="state")),
)

shanghai = timezone(timedelta(hours=8))
offsets = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=offsets)  # noqa: DTZ001
digits = st.text("0123456789", min_size=1, max_size=MAX_DECIMAL_PLACES)
decimals = st.builds(
    lambda sign, whole, part: Decimal(f"{sign}{whole}.{part}"), st.sampled_from(["", "-"]), digits, digits
) | st.builds(lambda n, e: Decimal(n).scaleb(e), st.integers(-(10**12), 10**12), st.integers(-40, 40))
documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def connection(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Connection]:
    """A real database, in a transaction that is never committed."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('types') / 'types.db'}"
    else:
        server = request.getfixturevalue("server")
        url = server.url(server.create())
    engine = create_engine(url)
    with engine.connect() as opened:
        metadata.create_all(opened)
        yield opened
    engine.dispose()


def stored(connection: Connection, column: str, value: Any) -> tuple[Any, Any]:
    """The value as it comes back, and as the database really keeps it."""
    connection.execute(thing.delete())
    connection.execute(insert(thing), {"id": 1, column: value})
    raw = connection.execute(text(f"SELECT {column} FROM thing")).scalar_one()
    moment = column == "at" and connection.dialect.name == "postgresql"
    assert isinstance(raw, datetime if moment else str) or value is None
    return connection.execute(select(thing.c[column])).scalar_one(), raw


@given(moment=moments)
def test_a_moment_comes_back_as_the_same_moment_in_utc(connection: Connection, moment: datetime) -> None:
    back, raw = stored(connection, "at", moment)
    assert back == moment
    assert back.tzinfo is UTC
    assert isinstance(raw, datetime) or len(raw) == len("2008-08-08T12:00:00.000000+00:00")


@given(one=moments, other=moments)
def test_moments_sort_as_text_exactly_as_in_time(one: datetime, other: datetime) -> None:
    as_text = [UtcDateTime().process_bind_param(moment, SQLITE) for moment in (one, other)]
    assert (as_text[0] < as_text[1]) == (one < other)
    assert (as_text[0] == as_text[1]) == (one == other)


def test_a_naive_moment_is_refused(connection: Connection) -> None:
    naive = datetime(2008, 8, 8, 20, 8)  # noqa: DTZ001
    with pytest.raises(ValueError, match="naive"):
        UtcDateTime().process_bind_param(naive, SQLITE)
    with pytest.raises(StatementError) as refusal:
        stored(connection, "at", naive)
    assert isinstance(refusal.value.orig, ValueError)


def test_postgresql_gets_a_real_timestamp_with_time_zone() -> None:
    moment = datetime(2008, 8, 8, 20, 8, tzinfo=shanghai)
    assert UtcDateTime().process_bind_param(moment, POSTGRES) == moment
    assert UtcDateTime().process_result_value(moment, POSTGRES).isoformat() == "2008-08-08T12:08:00+00:00"  # type: ignore[union-attr]
    assert "at TIMESTAMP WITH TIME ZONE" in str(CreateTable(thing).compile(dialect=POSTGRES))


@given(number=decimals)
def test_a_decimal_comes_back_exactly_and_is_kept_as_plain_digits(
    connection: Connection, number: Decimal
) -> None:
    back, raw = stored(connection, "number", number)
    assert back == number
    assert set(raw) <= set("-.0123456789")
    assert raw != "-0"


@given(number=decimals, zeros=st.integers(0, 5))
def test_equal_decimals_are_equal_text(number: Decimal, zeros: int) -> None:
    places = int(number.as_tuple().exponent)
    if places - zeros < -MAX_DECIMAL_PLACES or places > 0:
        return
    padded = Decimal(f"{number:f}" + ("." if places == 0 and zeros else "") + "0" * zeros)
    assert padded == number
    kept = [ExactDecimal().process_bind_param(value, SQLITE) for value in (number, padded)]
    assert kept[0] == kept[1]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("1E+3", "1000"),
        ("-0", "0"),
        ("-0.00", "0"),
        ("0E+999999", "0"),
        ("1.50", "1.5"),
        ("-1E-7", "-0.0000001"),
        ("100", "100"),
    ],
)
def test_a_decimal_has_one_way_of_being_written(written: str, kept: str) -> None:
    assert ExactDecimal().process_bind_param(Decimal(written), SQLITE) == kept


@pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "-Infinity", "1E+60", "1E-61", "1E+999999"])
def test_what_is_no_number_or_absurdly_long_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="exact decimal"):
        ExactDecimal().process_bind_param(Decimal(value), SQLITE)


@pytest.mark.parametrize("value", [1.5, 1, True, "1.5"])
def test_only_a_decimal_is_a_decimal(value: Any) -> None:
    with pytest.raises(TypeError, match="must be a Decimal"):
        ExactDecimal().process_bind_param(value, SQLITE)


def test_sql_may_ask_whether_decimals_are_equal_but_not_which_is_greater() -> None:
    number = thing.c.number
    assert str((number == Decimal("1")) & number.in_([Decimal("2")]) & number.is_not(None))
    for meaningless in (
        lambda: number < Decimal("1"),
        lambda: number + Decimal("1"),
        lambda: Decimal("1") - number,
        number.desc,
    ):
        with pytest.raises(TypeError, match="belongs in Python"):
            meaningless()


@given(document=documents)
def test_a_document_comes_back_the_same(connection: Connection, document: Any) -> None:
    assert stored(connection, "document", document)[0] == document


def test_a_document_is_compact_and_readable_text(connection: Connection) -> None:
    assert stored(connection, "document", {"b": [1, None], "a": "县"})[1] == '{"a":"县","b":[1,null]}'


@pytest.mark.parametrize("value", [Decimal("1.5"), {"n": Decimal("1")}, {1, 2}, datetime.now(UTC)])
def test_a_document_refuses_what_json_does_not_know(value: Any) -> None:
    with pytest.raises(TypeError):
        Json().process_bind_param(value, SQLITE)


def test_a_document_refuses_not_a_number() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        Json().process_bind_param({"n": float("nan")}, SQLITE)


@pytest.mark.parametrize("column", ["at", "number", "document", "state"])
def test_nothing_stays_nothing(connection: Connection, column: str) -> None:
    assert stored(connection, column, None) == (None, None)


def test_a_choice_is_checked_by_python_and_by_the_database(connection: Connection) -> None:
    assert stored(connection, "state", "open") == ("open", "open")
    with pytest.raises(StatementError):
        stored(connection, "state", "ajar")
    with pytest.raises(IntegrityError, match="ck_thing_state"), connection.begin_nested():
        connection.execute(text("INSERT INTO thing (state) VALUES ('ajar')"))


def test_a_choice_needs_different_names_of_bounded_length() -> None:
    for names in ([], ["a", "a"], ["x" * (CHOICE_LENGTH + 1)]):
        with pytest.raises(ValueError, match="different names"):
            choice(*names)


def test_statements_with_these_types_are_compiled_once(connection: Connection) -> None:
    seen: list[str] = []

    @event.listens_for(connection, "after_cursor_execute")
    def note(_c: Any, _cur: Any, _s: Any, _p: Any, context: Any, _many: bool) -> None:
        seen.append(context.cache_hit.name)

    for _ in range(2):
        connection.execute(
            select(thing).where(thing.c.at < datetime.now(UTC), thing.c.number == Decimal("1"))
        )
    assert seen[-1] == "CACHE_HIT"
