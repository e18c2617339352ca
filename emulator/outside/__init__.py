"""The outside, injected: clock, mailbox, Lambda functions, key reserve, events. Each port has a real and a test form.

Nothing else in the product reads a clock, or keeps state beside the database.
"""
