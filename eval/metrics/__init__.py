"""The figures of a run: each metric is one function whose docstring is its definition."""
