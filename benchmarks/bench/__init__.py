"""Measures ways to read and write a response against each other, each in a process of its own.

`contenders` are the ways, `measuring` lets them take turns, `results` keeps every run, and `throughput` makes
the table and the plot of them. The suite of benchmarks is built on these, and so is `ds3codec bench`: an
installed package has them as `ds3codec.bench`.

Internal: names here may change in any release.
"""
