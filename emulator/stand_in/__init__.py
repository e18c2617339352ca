"""A stand-in identity provider, for sign-in through providers without the internet.

A provider of its own, in the protocols of OpenID Connect, Google, Facebook, Amazon, Apple and SAML 2.0. It knows
nothing of Cognito: any client may use it. Its HTTP is `emulator/web/stand_in.py`, its state the port `state.State`.
"""
