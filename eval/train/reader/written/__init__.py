"""Questions that were written by hand to train the reader, and the documents they are about."""
