"""Measurements of the product, run by hand."""
