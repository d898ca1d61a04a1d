"""Benchmarks of whole answers."""
