"""Ports to what is outside of a call and the store: clock, HTTP, Lambda, e-mail, keys, events; real and test forms.

No other package reads a clock, opens a connection of its own, or keeps state outside of the database.
"""
