"""The articles and indexes that the page and the command line work on."""
