"""Column types that keep exactly what was put in, and refuse what could not be kept exactly."""

# ruff: noqa: ARG002 - SQLAlchemy hands every conversion its dialect

from __future__ import annotations

import json
import operator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import DateTime, Dialect, Enum, String, Text
from sqlalchemy.sql import operators
from sqlalchemy.types import TypeDecorator, TypeEngine

MAX_DECIMAL_PLACES = 60
"""How far from the point a digit may stand; without a bound `1e999999` is a megabyte of zeros."""

CHOICE_LENGTH = 32
"""Fixed, so that adding a longer name to a choice is not a change of column type."""


class _Plain:
    """Shows a type as `Name()`, because migrations are generated from what a type's repr says."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class UtcDateTime(_Plain, TypeDecorator[datetime]):
    """A moment: text of constant width on SQLite, so that it sorts and compares as time; else timestamptz."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        plain = String(32) if dialect.name == "sqlite" else DateTime(timezone=True)
        return dialect.type_descriptor(plain)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError("a moment needs a time zone, and this datetime is naive")
        moment = value.astimezone(UTC)
        return moment.isoformat(timespec="microseconds") if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = datetime.fromisoformat(value) if isinstance(value, str) else value
        return moment.astimezone(UTC)


class ExactDecimal(_Plain, TypeDecorator[Decimal]):
    """A decimal number as plain text: one text per number, so equality in SQL is equality of numbers.

    Text does not sort or add as numbers do, so SQL operators other than equality are refused.
    """

    impl = String
    cache_ok = True

    class Comparator(TypeDecorator.Comparator[Decimal]):
        """Lets through only the operators that mean the same for the text as for the number."""

        _same_for_text: ClassVar = frozenset(
            {operator.eq, operator.ne, operators.is_, operators.is_not, operators.in_op, operators.not_in_op}
        )

        def operate(self, op: Any, *other: Any, **kwargs: Any) -> Any:
            self._refuse_arithmetic(op)
            return super().operate(op, *other, **kwargs)

        def reverse_operate(self, op: Any, other: Any, **kwargs: Any) -> Any:
            self._refuse_arithmetic(op)
            return super().reverse_operate(op, other, **kwargs)

        def _refuse_arithmetic(self, op: Any) -> None:
            if op not in self._same_for_text:
                raise TypeError(f"an exact decimal is text in the database: {op.__name__} belongs in Python")

    comparator_factory = Comparator

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        return None if value is None else canonical_decimal(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


def canonical_decimal(value: Decimal) -> str:
    """Digits and a point only: `1E+3` is `1000`, `1.50` is `1.5`, `-0` is `0`.

    Works on the text because `Decimal.normalize()` rounds to the context's precision.
    """
    if not isinstance(value, Decimal):
        raise TypeError(f"an exact decimal must be a Decimal, not {type(value).__name__}")
    if not value.is_finite():
        raise ValueError("an exact decimal must be finite")
    if not value:
        return "0"
    text = f"{_within_bounds(value):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _within_bounds(value: Decimal) -> Decimal:
    exponent = value.as_tuple().exponent
    if value.adjusted() >= MAX_DECIMAL_PLACES or int(exponent) < -MAX_DECIMAL_PLACES:
        raise ValueError(f"an exact decimal keeps {MAX_DECIMAL_PLACES} digits on each side of the point")
    return value


_to_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode


class Json(_Plain, TypeDecorator[Any]):
    """A JSON document as compact text with sorted keys: equal documents are equal text.

    None is SQL NULL. Decimals are refused, as everything JSON does not know is: write them as text.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else _to_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


def choice(*names: str, name: str | None = None) -> Enum:
    """One of a few names: plain text with a CHECK beside it, checked again in Python.

    `name` names the CHECK (through the metadata's naming convention); later migrations need it to replace
    the CHECK.
    """
    if len(set(names)) != len(names) or not names or max(map(len, names)) > CHOICE_LENGTH:
        raise ValueError(f"a choice needs different names of at most {CHOICE_LENGTH} characters: {names}")
    return Enum(
        *names,
        name=name,
        native_enum=False,
        create_constraint=True,
        validate_strings=True,
        length=CHOICE_LENGTH,
    )
