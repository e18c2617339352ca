"""AWSSecurityTokenService: who credentials belong to."""

from emulator.sts import identity

__all__ = ["identity"]
