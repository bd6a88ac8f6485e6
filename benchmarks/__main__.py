"""``python -m benchmarks [name …]``: all of them, or those named."""

from __future__ import annotations

import logging
import sys

from benchmarks import backlog, flood, hostile, outputs, pictures, pings, prompts, replicas, soak, throughput
from bot.logs import configure

BENCHMARKS = {
    "throughput": throughput.main,
    "hostile": hostile.main,
    "pictures": pictures.main,
    "outputs": outputs.main,
    "prompts": prompts.main,
    "pings": pings.main,
    "backlog": backlog.main,
    "replicas": replicas.main,
    "flood": flood.main,
    "soak": soak.main,
}


def main(names: list[str]) -> int:
    if unknown := sorted(set(names) - set(BENCHMARKS)):
        print(f"no benchmark {', '.join(unknown)}; there are: {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    configure(level=logging.WARNING)
    for name in names or BENCHMARKS:
        print(f"== {name}")
        BENCHMARKS[name]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
