"""The benchmark of hostile files measures what it says, and fails when a file is read that should not be."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import hostile
from tests.templates.hostile import document, good


async def test_a_refused_file_is_timed_beside_another_persons_answers(tmp_path: Path) -> None:
    usual, (found,) = await hostile.play(tmp_path, [("docx renamed.not_xlsx", document())])
    assert found.name == "docx renamed"
    assert found.size == len(document())
    assert 0 < found.seconds < 10
    assert len(found.waits) >= len(usual) == 40


async def test_a_file_that_is_not_refused_fails_the_benchmark(tmp_path: Path) -> None:
    with pytest.raises(hostile.NotRefused, match="zip bomb"):
        await hostile.play(tmp_path, [("zip bomb.too_heavy", good())])
