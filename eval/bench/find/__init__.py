"""Benchmarks of retrieval and evidence."""
