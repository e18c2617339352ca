"""The providers whose stand-ins this server has, as a pool is configured for them."""

from __future__ import annotations

from typing import Any

from tests.federation.whole.shop import Shop

_ANY = {"client_id": "any", "client_secret": "any"}
_APPLE = {"client_id": "com.example.app", "team_id": "ANYTEAM123", "key_id": "ANYKEY1234", "private_key": "any"}
_CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims"
SOCIAL = {
    "Google": _ANY | {"authorize_scopes": "openid email profile"},
    "Facebook": _ANY | {"authorize_scopes": "public_profile,email"},
    "LoginWithAmazon": _ANY | {"authorize_scopes": "profile"},
    "SignInWithApple": _APPLE | {"authorize_scopes": "email name"},
}
ALL = [*SOCIAL, "MyOIDC", "MySAML"]
AT_HOSTS = [*((name, "localhost") for name in ALL), ("MyOIDC", "127.0.0.1"), ("MySAML", "127.0.0.1")]
"""Each provider, and a host at which its stand-in is. That of social providers is always where the browser is."""
NOOR = "noor@example.com"


def add(shop: Shop, name: str, host: str = "localhost", **members: Any) -> None:
    """Add the provider of that name to a pool. `host` is that at which the stand-in of MyOIDC and MySAML is known."""
    idp = f"http://{host}:{shop.port}/_emulator/idp"
    if name == "MyOIDC":
        details = _ANY | {"oidc_issuer": f"{idp}/oidc", "authorize_scopes": "openid email"}
        shop.add(name, "OIDC", details | {"attributes_request_method": "GET"}, **members)
    elif name == "MySAML":
        details = {"MetadataURL": f"{idp}/saml/metadata", **members.pop("details", {})}
        shop.add(name, "SAML", details, AttributeMapping={"email": f"{_CLAIMS}/emailaddress"}, **members)
    else:
        shop.add(name, name, SOCIAL[name], **members)
