"""The actions of STS, which applications call with the credentials that identity pools give."""

from emulator.sts import identity

__all__ = ["identity"]
