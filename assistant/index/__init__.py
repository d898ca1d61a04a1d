"""The index: documents, vectors and words of one corpus, written in one step, read by many."""
