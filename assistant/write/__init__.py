"""Writing: a chat model reads the passages and drafts sentences that name their evidence."""
