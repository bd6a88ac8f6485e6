"""Faults as switches: on until switched off."""

from simulator.faults import Fault
from simulator.refusals import WorldError
from simulator.world import World

SWITCHES = ("429", "outage", "slow")


def _fault(kind: str) -> Fault:
    """Short waits: a visitor sees the consequence and the recovery within seconds."""
    if kind == "429":
        return Fault("429", retry_after=3, times=0)
    if kind == "outage":
        return Fault("outage", times=0)
    if kind == "slow":
        return Fault("slow", latency=2.0, times=0)
    raise WorldError("no such switch", 404)


class FaultSwitches:
    """Which of the world's rules were set by a switch."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._rules: dict[str, Fault] = {}

    def is_on(self, kind: str) -> bool:
        return self._rules.get(kind) in self._world.faults.rules

    def turn(self, kind: str, on: bool) -> None:
        if on and not self.is_on(kind):
            self._rules[kind] = self._world.add_fault(_fault(kind))
        elif not on and self.is_on(kind):
            self._world.faults.clear(self._rules.pop(kind).id)
