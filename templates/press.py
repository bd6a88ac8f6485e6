"""Outputs of editions, made by a process of their own: ``python -m templates.press``, orders on standard input.

Making documents keeps a processor busy: in a thread of the program it would slow down every answer.
"""

from __future__ import annotations

import os
import pickle
import select
import sys
from typing import BinaryIO

from reporting.edition import Edition
from templates.edition_outputs import make
from templates.message import Attachment

LENGTH = 8  # bytes before an order or an answer that say how long it is
IDLE = 20.0  # seconds without an order, then the process ends
MADE, NOTHING, FAILED = b"+", b"0", b"-"


def ordered(name: str, edition: Edition) -> bytes:
    """The order for an output. Both ends are this program, so nothing foreign is ever read back."""
    return pickle.dumps((name, edition))


def framed(content: bytes) -> bytes:
    return len(content).to_bytes(LENGTH, "big") + content


def length_in(head: bytes) -> int:
    return int.from_bytes(head, "big")


def delivered(answer: bytes) -> Attachment | None:
    """What came of an order; None where the edition has nothing to show, ValueError where it could not be made."""
    kind, (name, _, content) = answer[:1], answer[1:].partition(b"\n")
    if kind == FAILED:
        raise ValueError(name.decode())
    return Attachment(name.decode(), content) if kind == MADE else None


def _answer(order: bytes) -> bytes:
    name, edition = pickle.loads(order)  # noqa: S301 - from ``ordered``
    try:
        made = make(name, edition)
    except Exception as error:
        return FAILED + f"{type(error).__name__}: {error}".encode()
    return MADE + made.name.encode() + b"\n" + made.content if made else NOTHING


def serve(orders: BinaryIO, answers: BinaryIO) -> None:
    """Until nobody orders any more. Orders come one at a time, each after the answer to the one before."""
    while select.select([orders], [], [], IDLE)[0]:
        head = orders.read(LENGTH)
        if len(head) < LENGTH:
            return
        answers.write(framed(_answer(orders.read(length_in(head)))))
        answers.flush()


if __name__ == "__main__":
    os.nice(5)  # whoever is answering comes first; on a busy machine it must still come to an end
    serve(sys.stdin.buffer, sys.stdout.buffer)
