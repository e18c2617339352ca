"""What is kept, and nothing about why: tables, records, queries, one unit of work.

The only floor that knows SQL. It knows no Cognito rule, no clock and no secret in the clear: times are
epoch seconds that its callers pass in, secrets arrive digested or sealed.
"""
