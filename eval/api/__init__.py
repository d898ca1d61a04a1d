"""The calls from Python: evaluate, build_cases, compare_runs."""
