"""Readers of slides, sheets, books and other word processors' files."""
