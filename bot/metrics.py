"""Numbers for Prometheus, read where they are kept at the moment of asking."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from bot.program import Program


class _Numbers(Collector):
    def __init__(self, program: Program, stored: Mapping[str, Any]) -> None:
        self._program = program
        self._stored = stored

    def collect(self) -> Iterator[Metric]:
        program, stored = self._program, self._stored
        yield _labelled("yibao_updates", "Updates taken, by kind", "kind", program.intake.taken)
        yield _labelled(
            "yibao_refusals", "What people were refused, by cause", "cause", program.runtime.refusals
        )
        yield CounterMetricFamily("yibao_answers", "Answers stored", value=stored["answers"])
        retries = program.runtime.database.retries
        yield CounterMetricFamily("yibao_database_retries", "Transactions tried again", value=retries)
        outbox = GaugeMetricFamily("yibao_outbox", "Letters, by state", labels=["state"])
        for state, count in stored["outbox"].items():
            outbox.add_metric([state], count)
        yield outbox
        yield GaugeMetricFamily("yibao_outbox_waiting", "Letters that may go now", value=stored["waiting"])
        age = stored["oldest_seconds"]
        yield GaugeMetricFamily("yibao_outbox_oldest_seconds", "How long the oldest of them waits", value=age)
        yield GaugeMetricFamily(
            "yibao_updates_in_hand", "Updates being handled", value=program.intake.in_hand
        )
        yield GaugeMetricFamily(
            "yibao_on_duty", "1 while this program ticks and delivers", value=program.on_duty
        )
        if program.tick_age is not None:
            yield GaugeMetricFamily("yibao_tick_lag_seconds", "Since the last tick", value=program.tick_age)


def _labelled(name: str, what: str, label: str, counts: Mapping[str, int]) -> CounterMetricFamily:
    family = CounterMetricFamily(name, what, labels=[label])
    for value, count in sorted(counts.items()):
        family.add_metric([value], count)
    return family


def exposition(program: Program, stored: Mapping[str, Any]) -> bytes:
    """The text that Prometheus reads."""
    registry = CollectorRegistry()
    registry.register(_Numbers(program, stored))
    return generate_latest(registry)
