"""Hold a question and what may answer it against each other, word by word."""
