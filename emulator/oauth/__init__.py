"""OAuth 2.0 and OpenID Connect, without Flask and SQL: parameters come in as mappings, values go out.

It owns the protocol: what requests mean, what is refused and how, what is granted. Tokens, codes and sessions are those
of `emulator.domain.tokens`; a user is authenticated by `emulator.domain.sign_in` alone.
"""
