"""Asks a provider's userInfo endpoint for the claims of the user who has just signed in."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from emulator.context import Context
from emulator.federation import fetching
from emulator.federation.registration import Registration

_LATE = "Read timed out"


def fetched(context: Context, at: Registration, url: str, access_token: str) -> dict[str, Any]:
    """The claims that the endpoint answers to an access token. The caller has released the database connection.

    Raises ProviderError.
    """
    answer = fetching.fetch(
        context,
        at.user_info_method,
        url,
        late=_LATE,
        headers={"Authorization": f"Bearer {access_token}"},
        body=b"" if at.user_info_method == "POST" else None,
    )
    claims = fetching.document(answer)
    if answer.status != 200 or claims is None or "error" in claims:
        # AWS unknown: the error_description of GET /oauth2/idpresponse where the provider's userInfo endpoint refuses.
        # Here it has the form of the token endpoint's, with "error getting user info".
        raise fetching.refusal(at.provider, answer, "userInfo", "error getting user info")
    return claims


def with_names(url: str, names: tuple[str, ...]) -> str:
    """A URL that ends in the parameter which wants the names of claims (`?fields=`), with these names."""
    return url + quote(",".join(names), safe=",")
