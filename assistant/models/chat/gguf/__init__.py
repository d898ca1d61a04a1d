"""Chat models out of GGUF files, run in this process: fetching, reading, running."""
