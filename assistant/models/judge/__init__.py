"""The learned judge: a small model of our own that reads a claim beside its evidence."""
