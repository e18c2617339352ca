"""Measures a server over real HTTP, beside what the machine itself can do. Not part of the product."""
