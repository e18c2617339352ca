"""Imports of users from CSV files: jobs, files, rows, and the presigned URL for the upload."""
