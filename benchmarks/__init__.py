"""Benchmarks: egovarchive beside its peers and the physical limits, in one run."""
