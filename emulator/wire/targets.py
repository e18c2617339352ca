"""`X-Amz-Target`: which operation of a JSON service a request names."""

from __future__ import annotations

import re

from emulator.wire import model
from emulator.wire.model import Name, Operation, ServiceModel

_JSON_SERVICES: tuple[Name, ...] = ("cognito-idp", "cognito-identity")
_SERVICES: tuple[Name, ...] = (*_JSON_SERVICES, "sts")
_LONGEST = 100
_OPERATION = re.compile(r"(?=.*[a-z])[A-Z][A-Za-z0-9]*[A-Z][A-Za-z0-9]*", re.ASCII)
"""The form of an operation's name: camel case, at least two words."""


def operation(target: str | None) -> Operation | None:
    """The operation of a JSON service that an `X-Amz-Target` names; None if there is no such operation."""
    service, name = _service_of(target or "")
    return service.operations.get(name) if service else None


def _service_of(target: str) -> tuple[ServiceModel | None, str]:
    """The JSON service and the operation's name in an `X-Amz-Target`."""
    prefix, _, name = target.partition(".")
    for service in _JSON_SERVICES:
        known: ServiceModel = model.load(service)
        if known.target_prefix == prefix:
            return known, name
    return None, name


def newer_operation(target: str) -> str | None:
    """The name in a target, if it can be an operation of newer models than the stored ones; else None."""
    service, name = _service_of(target)
    if service is None or len(name) > _LONGEST or not _OPERATION.fullmatch(name):
        return None
    return None if any(name in model.load(other).operations for other in _SERVICES) else name
