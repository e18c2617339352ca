"""Users who sign in at an identity provider: who they are here, their attributes, and the triggers around it.

How a provider is asked, and how its answer is verified, is in `emulator.federation`.
"""
