"""Answers you can check: retrieve, select evidence, draft, verify, answer."""
