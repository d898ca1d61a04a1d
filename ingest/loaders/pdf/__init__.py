"""Read PDF files: characters to lines, lines to columns and tables, those to paragraphs."""
