"""The edge to LangChain: runnable, tracing, and the check of another chain's answer."""
