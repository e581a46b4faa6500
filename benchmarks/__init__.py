"""How fast a response is read and written, and in how much memory: `python -m benchmarks`."""
