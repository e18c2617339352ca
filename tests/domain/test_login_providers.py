"""What login providers are called."""

from __future__ import annotations

import pytest

from emulator.domain.identities import login_providers

NAME = "cognito-idp.us-east-1.amazonaws.com/us-east-1_abc"


@pytest.mark.parametrize(
    "name",
    [
        NAME,
        "localhost:26464/us-east-1_abc",
        "127.0.0.1/us-east-1_abc",
        "[::1]:26464/us-east-1_abc",
        "cognito:26464/us-east-1_abc",
        "login.example.com/cognito/us-east-1_abc",
    ],
)
def test_a_user_pool_has_one_name_under_every_host(name: str) -> None:
    assert login_providers.user_pool_of(name) == "us-east-1_abc"
    assert login_providers.canonical(name) == NAME
    assert login_providers.of_issuer(f"http://{name}") == NAME
    assert login_providers.of_issuer(f"https://{name}") == NAME
    assert login_providers.of_role_mapping(f"{name}:client") == f"{NAME}:client"


@pytest.mark.parametrize(
    "name",
    [
        "us-east-1_abc",
        "/us-east-1_abc",
        f"https://{NAME}",
        f"{NAME}/",
        "cognito-idp.us-west-2.amazonaws.com/us-east-1_abc",
        "cognito-idp.us-east-1.amazonaw.com/us-east-1_abc",
        "cognito-idp.us-east-1.amazonaws.com/x/us-east-1_abc",
        "localhost:26464/abc",
        "localhost:26464/us-east-1_",
        "local host/us-east-1_abc",
        "accounts.google.com",
        "arn:aws:iam::000000000000:saml-provider/us",
        "",
    ],
)
def test_what_is_no_user_pool_keeps_its_name(name: str) -> None:
    assert login_providers.user_pool_of(name) is None
    assert login_providers.canonical(name) == name
    assert login_providers.of_role_mapping(name) == name
