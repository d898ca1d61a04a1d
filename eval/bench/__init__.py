"""Benchmarks of single parts: run each with `python -m eval.bench.NAME`."""
