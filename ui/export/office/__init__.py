"""Answers as Word and PDF files."""
