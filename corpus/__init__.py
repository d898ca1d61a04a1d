"""The bundled articles; see CORPUS.md."""
