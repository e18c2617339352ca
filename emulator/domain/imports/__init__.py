"""Imports of users from CSV files: jobs, files, rows, and the address that a file is uploaded to."""
