"""Models that run on this machine or answer over a network, and their weights."""
