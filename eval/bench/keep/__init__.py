"""Measure how the index keeps: what a kill leaves, and how time, memory and disk grow with the passages."""
