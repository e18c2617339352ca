"""Copying all data of one database into another, which is empty: from SQLite to PostgreSQL, back, or within one kind.

Source and target pass rows as Python values, JSON as the text that is stored, and files of imports as blocks.
"""
