"""Readers of files that are text with an order of their own: tables, data, code, mail."""
