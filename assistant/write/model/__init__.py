"""Draft: a chat model reads the passages and writes sentences that name their evidence."""
