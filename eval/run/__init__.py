"""Run an evaluation: ask every case, keep the rows, measure, hold against thresholds."""
