"""Accounts made by their users: sign-up, confirmation by code or link, and changes of verified addresses."""
