"""Tests of the records of configuration that units take from earlier ones."""
