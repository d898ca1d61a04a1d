"""Sentences that give orders to a language model."""
