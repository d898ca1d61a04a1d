"""What to ask of a statement, one kind of question a file."""
