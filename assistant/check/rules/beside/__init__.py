"""Statements that a text sets beside each other, and claims that mix them."""
