"""Benchmarks of a running server over HTTP, with the costs of the machine for comparison. Not part of the product."""
