"""Files, folders and addresses become documents, chunks and an index."""
