"""Where faults can be injected, by the names that tests use, and which exceptions can be answered there."""

from __future__ import annotations

import re

from emulator.injected_faults import OAUTH_ERRORS, Place, of_operation
from emulator.login import federated, pages, single_logout
from emulator.web.control_requests import Refused
from emulator.wire import model
from emulator.wire.model import Name

_SERVICES: tuple[Name, ...] = ("cognito-idp", "cognito-identity", "sts")
_PATHS = (
    *("/oauth2/authorize", "/oauth2/token", "/oauth2/userInfo", "/oauth2/revoke", "/oauth2/register", "/logout"),
    *(federated.OIDC_PATH, federated.SAML_PATH, single_logout.PATH, *pages.PAGES),
)
_DOCUMENTS = ("/.well-known/jwks.json", "/.well-known/openid-configuration", "/.well-known/jwks_uri")
_DOCUMENT = re.compile(
    r"(?:/[\w-]{1,55}|/sts/[0-9]{12})?/\.well-known/(?:jwks\.json|openid-configuration)|/\.well-known/jwks_uri",
    re.ASCII,
)
_COMMON = frozenset(
    """
    AccessDeniedException ExpiredTokenException IncompleteSignatureException InternalErrorException InternalFailure
    InvalidParameterException InvalidSignatureException MissingAuthenticationTokenException NotAuthorizedException
    RequestEntityTooLargeException ResourceNotFoundException SerializationException ServiceUnavailable
    ThrottlingException TooManyRequestsException UnrecognizedClientException ValidationException
    """.split()  # noqa: SIM905 - a table
)
_COMMON_OF_STS = frozenset(
    """
    AccessDenied ExpiredToken IncompleteSignature InternalFailure InvalidClientTokenId InvalidParameterValue
    MalformedInput MissingAuthenticationToken ServiceUnavailable SignatureDoesNotMatch Throttling ValidationError
    """.split()  # noqa: SIM905 - a table
)
"""The codes that any operation of the JSON services, and of STS, may answer, beside those that it declares."""

ENDPOINTS = (*_PATHS, *_DOCUMENTS)


def find(operation: str, service: str | None) -> Place:
    """The place that a test names. Raises Refused, also for a name that several services have."""
    if operation.startswith("/"):
        if service is not None or not (operation in _PATHS or _DOCUMENT.fullmatch(operation)):
            raise Refused(f"operation: no fault can be injected at {operation}; endpoints are {', '.join(ENDPOINTS)}")
        # Both end a sign-in at a provider, and are one to the server.
        return Place(federated.OIDC_PATH if operation == federated.SAML_PATH else operation, operation)
    if service is not None and service not in _SERVICES:
        raise Refused(f"service: {service!r} is none of {', '.join(_SERVICES)}")
    owners = [each for each in _SERVICES if service in (None, each) and operation in model.load(each).operations]
    if not owners:
        raise Refused(f"operation: there is no operation {operation}" + (f" of {service}" if service else ""))
    if len(owners) > 1:
        raise Refused(f"operation: {operation} is an operation of {' and '.join(owners)}; name the service")
    return Place(of_operation(owners[0], operation), operation, owners[0])


def checked_exception(place: Place, exception: str) -> str:
    """The exception's code, as it is on the wire. Raises Refused for one that the place cannot answer."""
    if place.service is None:
        if exception not in OAUTH_ERRORS:
            raise Refused(f"exception: {exception!r} is none of {', '.join(OAUTH_ERRORS)}")
        return exception
    found = model.load(place.service)
    code = found.errors[exception].code if exception in found.errors else exception
    possible = found.operations[place.operation].errors | (_COMMON_OF_STS if place.service == "sts" else _COMMON)
    if code not in possible:
        raise Refused(f"exception: {place.operation} answers {', '.join(sorted(possible))}, and not {exception!r}")
    return code
