"""What a reader of a document sees: struck and hidden words left out, tick boxes as signs, list numbers written out."""
