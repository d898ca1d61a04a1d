"""The one reader of quantities: figures, dates, units, and the ranges that a text sets."""
