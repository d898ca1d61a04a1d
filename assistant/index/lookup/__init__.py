"""What is looked up in an index: words, near vectors, questions it says it answers."""
