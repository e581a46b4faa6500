"""Measures ways to read and write a response against each other, each in a process of its own.

`contenders` holds the ways, `measuring` runs them in turns, `results` keeps every run, and `throughput` makes
their table and plot. Both the suite of benchmarks and `ds3codec bench` are built on these modules, which are
installed as `ds3codec.bench`.

Internal: names here may change in any release.
"""
