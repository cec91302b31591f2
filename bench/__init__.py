"""Benchmarks, printed as tables with ratios against a named peer of the same run. Never part of the tests."""
