"""Show a run: a page to read, a summary for a pull request, JUnit XML, and rows for other tools."""
