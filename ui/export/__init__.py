"""Keep conversations and answers: history, feedback, files to read anywhere."""
