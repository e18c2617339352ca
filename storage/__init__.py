"""The database: tables, records, repositories with all queries, and the unit of work.

The only package that knows SQL. It contains no rules of Cognito, reads no clock and sees no secret in plain text:
callers pass times as epoch seconds, and secrets as digests or encrypted.
"""
