"""AWSSecurityTokenService: the operations that applications call with the credentials of identity pools."""

from emulator.sts import identity

__all__ = ["identity"]
