"""Tests of what processes remember that share a database."""
