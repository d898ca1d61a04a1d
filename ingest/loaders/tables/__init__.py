"""Tables into rows that stand on their own."""
