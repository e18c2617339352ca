"""Identity providers, spoken to by their own protocols: OpenID Connect, the social providers' OAuth 2.0, and SAML 2.0.

A connector sends the browser to a provider, and makes a verified `Identity` of what comes back. It decides nothing
about the user: that is in `emulator.domain.federated`. Where the browser goes then is in `emulator.login`.
"""
