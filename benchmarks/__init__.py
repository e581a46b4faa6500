"""Benchmarks of the time and memory of reading and writing responses: `python -m benchmarks`."""
