"""What there is to read: which kinds of file, what their documents are called, what these name as their sources."""
