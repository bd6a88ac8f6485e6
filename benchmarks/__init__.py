"""Speed, measured on the real program and beside ceilings of the same run: ``python -m benchmarks``."""
