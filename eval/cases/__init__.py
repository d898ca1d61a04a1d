"""Questions with known answers: their shape, files and places in the documents."""
