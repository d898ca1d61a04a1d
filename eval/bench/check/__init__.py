"""Benchmarks of the check of claims."""
