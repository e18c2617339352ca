"""Pools at whose pages people sign in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.recorded_functions import recorder, recording_world
from tests.builders import FLOWS, Api, a_pool
from tests.login.visitor import Visitor

__all__ = ["managed", "recorder", "recording_world"]


@pytest.fixture
def managed(api: Api) -> Callable[..., Visitor]:
    """Makes a person at managed login, of a client that allows the choice of a first factor."""

    def make(choice: bool = True, client: dict[str, Any] | None = None, **pool: Any) -> Visitor:
        made = a_pool(api, **{"AutoVerifiedAttributes": ["email"], **pool})
        api.idp("CreateUserPoolDomain", UserPoolId=made, Domain="shop", ManagedLoginVersion=2)
        flows = [*FLOWS, "ALLOW_USER_AUTH"] if choice else FLOWS
        visitor = Visitor.of(api, made, **{"ExplicitAuthFlows": flows, **(client or {})})
        style = {"UserPoolId": made, "ClientId": visitor.client, "UseCognitoProvidedValues": True}
        api.idp("CreateManagedLoginBranding", **style)
        return visitor

    return make
