"""App client settings: what CreateUserPoolClient stores, which settings it refuses, and what each setting means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from emulator.domain.pools import urls
from emulator.faults import (
    FeatureUnavailableInTierException,
    InvalidOAuthFlowException,
    InvalidParameterException,
    ScopeDoesNotExistException,
)
from storage.records.pools import Client

Settings = Mapping[str, Any]
Schema = Sequence[Mapping[str, Any]]

_NOT_KEPT = frozenset(
    {
        "UserPoolId",
        "ClientId",
        "ClientName",
        "GenerateSecret",
        "ClientSecret",
        "PublishSecretsInAWSSecretsManager",
    }
)
_DEFAULTS = {
    "AllowedOAuthFlowsUserPoolClient": False,
    "EnableTokenRevocation": True,
    "EnablePropagateAdditionalUserContextData": False,
    "AuthSessionValidity": 3,
}
_UNITS = {"seconds": 1, "minutes": 60, "hours": 3_600, "days": 86_400}
_DEFAULT_UNITS = {"AccessToken": "hours", "IdToken": "hours", "RefreshToken": "days"}
_RANGES = {"AccessToken": (300, 86_400), "IdToken": (300, 86_400), "RefreshToken": (3_600, 315_360_000)}
_LEGACY_FLOWS = {
    "ADMIN_NO_SRP_AUTH": "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "USER_PASSWORD_AUTH": "ALLOW_USER_PASSWORD_AUTH",
    "CUSTOM_AUTH_FLOW_ONLY": "ALLOW_CUSTOM_AUTH",
}
_IMPLICIT_FLOWS = frozenset({"ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"})
_VERIFIED = frozenset({"email_verified", "phone_number_verified"})
INVALID_SCOPE = "Invalid scope requested: {scope}"
NOT_ENABLED = "{flow} is not enabled for the client."
SCOPES = frozenset({"phone", "email", "openid", "profile", "aws.cognito.signin.user.admin"})


class References(Struct, frozen=True):
    """What a pool's clients may refer to: the scopes of its resource servers, and its identity providers."""

    scopes: frozenset[str] = frozenset()
    providers: frozenset[str] = frozenset()


def created(request: Settings, pool: Settings, pool_id: str, references: References) -> dict[str, Any]:
    """The settings of a new client, as DescribeUserPoolClient shows them, without ids, name, secret and dates.

    `pool` has the pool's settings. Raises InvalidParameterException, InvalidOAuthFlowException,
    ScopeDoesNotExistException or FeatureUnavailableInTierException.
    """
    if request.get("GenerateSecret") and request.get("ClientSecret"):
        # AWS unknown: the message of InvalidParameterException when CreateUserPoolClient sets both GenerateSecret and
        # ClientSecret.
        raise InvalidParameterException("GenerateSecret and ClientSecret cannot both be set.")
    has_secret = bool(request.get("GenerateSecret") or request.get("ClientSecret"))
    return _checked(request, pool, pool_id, references, has_secret, "creating")


def updated(
    request: Settings, pool: Settings, pool_id: str, references: References, *, has_secret: bool
) -> dict[str, Any]:
    """The settings after UpdateUserPoolClient, with defaults for what the request leaves out. Raises as `created`."""
    return _checked(request, pool, pool_id, references, has_secret, "updating")


def client_type(client: Client) -> str:
    """REGULAR, or DCR for a client that was registered dynamically."""
    return str(client.further.get("ClientType", "REGULAR"))


def needs_essentials(settings: Settings) -> bool:
    """Whether a client uses a feature that the LITE tier lacks."""
    return allows_choice(settings)


def allowed_flows(settings: Settings) -> frozenset[str]:
    """The authentication flows that a client allows, as ALLOW_… names.

    A client without ExplicitAuthFlows allows SRP, custom authentication and refresh. A legacy name adds one flow to SRP
    and refresh, except CUSTOM_AUTH_FLOW_ONLY, which allows custom authentication and refresh alone.
    """
    listed = settings.get("ExplicitAuthFlows") or []
    never = {"ALLOW_REFRESH_TOKEN_AUTH"} if rotates(settings) else set()
    if not listed:
        return _IMPLICIT_FLOWS - never | {"ALLOW_CUSTOM_AUTH"}
    if not set(listed) & _LEGACY_FLOWS.keys():
        return frozenset(listed)
    if "CUSTOM_AUTH_FLOW_ONLY" in listed:
        return frozenset({"ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}) - never
    return _IMPLICIT_FLOWS - never | {_LEGACY_FLOWS[flow] for flow in listed}


def allows_choice(settings: Settings) -> bool:
    """Whether users may sign in with USER_AUTH, which lets them choose the first factor."""
    return "ALLOW_USER_AUTH" in allowed_flows(settings)


def rotates(settings: Settings) -> bool:
    """Whether each refresh issues a new refresh token. REFRESH_TOKEN_AUTH is then not allowed."""
    return (settings.get("RefreshTokenRotation") or {}).get("Feature") == "ENABLED"


def names_tokens(settings: Settings) -> bool:
    """Whether ID and access tokens carry `jti` and `origin_jti`."""
    return bool(settings.get("EnableTokenRevocation", True)) or rotates(settings)


def grace_seconds(settings: Settings) -> int:
    """For how many seconds a refresh token stays valid after it was rotated."""
    return int((settings.get("RefreshTokenRotation") or {}).get("RetryGracePeriodSeconds") or 0)


def lifetimes(settings: Settings) -> tuple[int, int, int]:
    """The lifetimes of access, ID and refresh tokens, in seconds."""
    return (
        _seconds(settings, "AccessToken", 1),
        _seconds(settings, "IdToken", 1),
        _seconds(settings, "RefreshToken", 30),
    )


def session_seconds(settings: Settings) -> int:
    """The lifetime of a challenge's session, in seconds."""
    return int(settings.get("AuthSessionValidity") or 3) * 60


def protects_existence(settings: Settings) -> bool:
    """Whether the client hides which users exist. The default is LEGACY, which does not."""
    return settings.get("PreventUserExistenceErrors") == "ENABLED"


def readable(settings: Settings, schema: Schema) -> frozenset[str]:
    """The attributes that a client may read: ReadAttributes and `sub`; by default all that are not developer-only."""
    listed = settings.get("ReadAttributes")
    return frozenset(listed) | {"sub"} if listed else _names(schema)


def writable(settings: Settings, schema: Schema) -> frozenset[str]:
    """The attributes that a client may write: WriteAttributes, or all but `…_verified` and developer-only ones."""
    listed = settings.get("WriteAttributes")
    return frozenset(listed) if listed else _names(schema) - _VERIFIED


def _names(schema: Schema) -> frozenset[str]:
    names = [entry["Name"] for entry in schema]
    return frozenset([name for name in names if not name.startswith("dev:")])


def _seconds(settings: Settings, token: str, default: int) -> int:
    units = settings.get("TokenValidityUnits") or {}
    amount = settings.get(f"{token}Validity")
    if not amount:
        return default * _UNITS[_DEFAULT_UNITS[token]]
    return int(amount) * _UNITS[units.get(token) or _DEFAULT_UNITS[token]]


def _checked(
    request: Settings, pool: Settings, pool_id: str, references: References, has_secret: bool, doing: str
) -> dict[str, Any]:
    """The settings with defaults filled in. Raises if they are invalid.

    `doing`, "creating" or "updating", goes into AWS's message about attributes.
    """
    kept = {name: value for name, value in request.items() if name not in _NOT_KEPT and value not in ([], {})}
    settings = {**_DEFAULTS, **kept}
    if "TokenValidityUnits" in settings:
        settings["TokenValidityUnits"] = {**_DEFAULT_UNITS, **settings["TokenValidityUnits"]}
    settings["RefreshTokenValidity"] = settings.get("RefreshTokenValidity") or _thirty_days(settings)
    _check_validities(settings)
    _check_flows(settings, pool)
    _check_client_token(settings, has_secret)
    _check_attributes(settings, pool["SchemaAttributes"], doing)
    _check_oauth(settings, references.scopes, has_secret)
    _check_urls(settings)
    for name in settings.get("SupportedIdentityProviders", []):
        if name != "COGNITO" and name not in references.providers:
            raise InvalidParameterException(f"The provider {name} does not exist for User Pool {pool_id}")
    if settings["EnablePropagateAdditionalUserContextData"] and not has_secret:
        raise InvalidParameterException(
            "Client Secret is required to set EnablePropagateAdditionalUserContextData as true"
        )
    return settings


def _thirty_days(settings: Settings) -> int:
    """The default of RefreshTokenValidity, thirty days, in the client's unit."""
    # AWS unknown: the default of RefreshTokenValidity in CreateUserPoolClient when its unit is not days. Here it is
    # thirty days in any unit.
    unit = settings.get("TokenValidityUnits", _DEFAULT_UNITS)["RefreshToken"]
    return 30 * _UNITS["days"] // _UNITS[unit]


def _check_validities(settings: Settings) -> None:
    access, identity, refresh = lifetimes(settings)
    for token, seconds in zip(_RANGES, (access, identity, refresh), strict=True):
        low, high = _RANGES[token]
        if not low <= seconds <= high:
            raise InvalidParameterException("Invalid range for token validity.")
    if max(access, identity) > refresh:
        raise InvalidParameterException(
            "Access and Id Token expiration times must be less than or equal to refresh token expiration times."
        )


def _check_flows(settings: Settings, pool: Settings) -> None:
    flows = set(settings.get("ExplicitAuthFlows", []))
    if flows & _LEGACY_FLOWS.keys() and flows - _LEGACY_FLOWS.keys():
        raise InvalidParameterException(
            "Auth flow name with prefix 'ALLOW' cannot be used with legacy auth flow names."
        )
    if needs_essentials(settings) and pool.get("UserPoolTier") == "LITE":
        # AWS unknown: the message of FeatureUnavailableInTierException when CreateUserPoolClient or
        # UpdateUserPoolClient sets ALLOW_USER_AUTH in a pool of the LITE tier.
        raise FeatureUnavailableInTierException("ALLOW_USER_AUTH is not available in the LITE tier.")
    # AWS unknown: whether CreateUserPoolClient and UpdateUserPoolClient refuse refresh token rotation when
    # ALLOW_REFRESH_TOKEN_AUTH is only implied, by no ExplicitAuthFlows or by legacy names. Here they accept it.
    if rotates(settings) and "ALLOW_REFRESH_TOKEN_AUTH" in flows:
        raise InvalidParameterException(
            "ALLOW_REFRESH_TOKEN_AUTH is not a permitted ExplicitAuthFlow when refresh token rotation is enabled."
        )


def _check_client_token(settings: Settings, has_secret: bool) -> None:
    """Raise unless a client with ALLOW_CLIENT_TOKEN_AUTH has a secret and no other flow."""
    flows = set(settings.get("ExplicitAuthFlows", []))
    if "ALLOW_CLIENT_TOKEN_AUTH" not in flows:
        return
    # AWS unknown: the messages of InvalidParameterException when CreateUserPoolClient or UpdateUserPoolClient combines
    # ALLOW_CLIENT_TOKEN_AUTH with other flows, or sets it without a client secret.
    if len(flows) > 1:
        raise InvalidParameterException("ALLOW_CLIENT_TOKEN_AUTH cannot be used with other auth flows.")
    if not has_secret:
        raise InvalidParameterException("ALLOW_CLIENT_TOKEN_AUTH requires a client secret.")


def _check_attributes(settings: Settings, schema: Schema, doing: str) -> None:
    known = _names(schema)
    if not set(settings.get("ReadAttributes", [])) <= known:
        raise InvalidParameterException(f"Invalid read attributes specified while {doing} a client")
    written = settings.get("WriteAttributes")
    if written:
        required = {entry["Name"] for entry in schema if entry["Required"]} - {"sub"}
        if not set(written) <= known - _VERIFIED - {"sub"} or not required <= set(written):
            raise InvalidParameterException(f"Invalid write attributes specified while {doing} a client")


def _check_oauth(settings: Settings, custom: frozenset[str], has_secret: bool) -> None:
    """Raise if the OAuth settings are invalid.

    AWS stores them even if AllowedOAuthFlowsUserPoolClient is false, and refuses the client at the OAuth endpoints,
    contrary to its documentation.
    """
    flows, scopes = set(settings.get("AllowedOAuthFlows", [])), settings.get("AllowedOAuthScopes", [])
    if "client_credentials" in flows and len(flows) > 1:
        raise InvalidOAuthFlowException(
            "client_credentials flow can not be selected along with code flow or implicit flow."
        )
    if "client_credentials" in flows and not has_secret:
        raise InvalidOAuthFlowException(
            "client_credentials flow can not be selected if client does not have a client secret."
        )
    for scope in scopes:
        if scope not in SCOPES | custom:
            raise ScopeDoesNotExistException(INVALID_SCOPE.format(scope=scope))
        if "client_credentials" in flows and scope in SCOPES:
            raise InvalidOAuthFlowException(f"{scope} is not supported with client_credentials flow")
    # AWS unknown: whether CreateUserPoolClient and UpdateUserPoolClient demand a callback URL for the code and implicit
    # flows when AllowedOAuthFlowsUserPoolClient is false. Here they do not.
    if not settings["AllowedOAuthFlowsUserPoolClient"]:
        return
    if not (flows and scopes):
        raise InvalidParameterException(
            "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows."
        )
    if flows & {"code", "implicit"} and not settings.get("CallbackURLs"):
        raise InvalidOAuthFlowException("CallbackUrls can not be empty when code flow or implicit flow is selected")


def _check_urls(settings: Settings) -> None:
    callbacks = settings.get("CallbackURLs", [])
    for url in (*callbacks, *settings.get("LogoutURLs", [])):
        urls.check_redirect(url)
    default = settings.get("DefaultRedirectURI")
    if default and default not in callbacks:
        raise InvalidParameterException(f"The default redirect URI {default} is not in the callback URIs list.")
