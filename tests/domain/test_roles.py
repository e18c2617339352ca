"""Which role an identity gets."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.domain.identities import roles
from emulator.domain.identities.proven import Proven
from emulator.faults import Fault, InvalidIdentityPoolConfigurationException, NotAuthorizedException

PROVIDER = "cognito-idp.us-east-1.amazonaws.com/us-east-1_abc"
OTHER = "cognito-idp.us-east-1.amazonaws.com/us-east-1_def"
KEY = f"{PROVIDER}:web"
UNASSIGNED = "Invalid identity pool configuration. Check assigned IAM roles for this pool."


def arn(name: str) -> str:
    return f"arn:aws:iam::000000000000:role/{name}"


PLAIN = {"Roles": {"authenticated": arn("user"), "unauthenticated": arn("guest")}}


def a_login(provider: str = PROVIDER, client: str = "web", **claims: Any) -> Proven:
    return Proven(provider, client, "sub", {name.replace("__", ":"): value for name, value in claims.items()})


def token(ambiguous: str = "Deny", key: str = KEY) -> dict[str, Any]:
    """Roles from the token."""
    return PLAIN | {"RoleMappings": {key: {"Type": "Token", "AmbiguousRoleResolution": ambiguous}}}


def rules(*given: tuple[str, str, str, str], ambiguous: str = "Deny") -> dict[str, Any]:
    """Roles by rules: claim, match type, value, name of the role."""
    made = [
        {"Claim": claim, "MatchType": how, "Value": value, "RoleARN": arn(role)} for claim, how, value, role in given
    ]
    mapping = {"Type": "Rules", "AmbiguousRoleResolution": ambiguous, "RulesConfiguration": {"Rules": made}}
    return PLAIN | {"RoleMappings": {KEY: mapping}}


def role(configured: dict[str, Any], *proven: Proven, custom: str | None = None) -> str:
    return roles.of_logins(configured, proven or (a_login(),), custom)


def refusal(configured: dict[str, Any], *proven: Proven, custom: str | None = None) -> Fault:
    with pytest.raises(NotAuthorizedException) as refused:
        role(configured, *proven, custom=custom)
    return refused.value


def test_a_guest_gets_the_role_of_guests_whatever_is_mapped() -> None:
    assert roles.of_guest(PLAIN, None) == arn("guest")
    assert roles.of_guest(token(), None) == arn("guest")


@pytest.mark.parametrize("claim", [5, True, ["a"], {"a": 1}, [], ""])
def test_a_preferred_role_that_is_no_text_is_none(claim: Any) -> None:
    assert role(token("AuthenticatedRole"), a_login(cognito__preferred_role=claim)) == arn("user")
    assert role(token(), a_login(cognito__preferred_role=claim, cognito__roles=[arn("one")])) == arn("one")


def test_a_login_without_a_mapping_gets_the_role_of_users() -> None:
    assert role(PLAIN) == arn("user")
    assert role(token(), a_login(client="mobile")) == arn("user")
    assert role(token(), a_login(OTHER)) == arn("user")


@pytest.mark.parametrize("configured", [{}, {"Roles": {}}, {"Roles": {"unauthenticated": arn("guest")}}])
def test_a_pool_without_the_role_is_not_configured(configured: dict[str, Any]) -> None:
    with pytest.raises(InvalidIdentityPoolConfigurationException) as refused:
        role(configured)
    assert refused.value.message == UNASSIGNED


def test_a_pool_without_a_role_of_guests_is_not_configured() -> None:
    with pytest.raises(InvalidIdentityPoolConfigurationException) as refused:
        roles.of_guest({"Roles": {"authenticated": arn("user")}}, None)
    assert refused.value.message == UNASSIGNED


def test_a_custom_role_needs_a_mapping() -> None:
    assert refusal(PLAIN, custom=arn("user")).message == f"Access to Role '{arn('user')}' is forbidden."
    with pytest.raises(NotAuthorizedException):
        roles.of_guest(PLAIN, arn("guest"))


SEVERAL = [arn("a"), arn("b")]


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"cognito__roles": SEVERAL, "cognito__preferred_role": arn("b")}, "b"),
        ({"cognito__roles": [arn("a")]}, "a"),
        ({"cognito__roles": arn("a")}, "a"),
        ({"cognito__roles": SEVERAL}, None),
        ({"cognito__roles": ",".join(SEVERAL)}, None),
        ({"cognito__roles": []}, None),
        ({}, None),
    ],
)
def test_the_token_says_the_role(claims: dict[str, Any], expected: str | None) -> None:
    login = a_login(**claims)
    assert role(token("AuthenticatedRole"), login) == arn(expected or "user")
    if expected:
        assert role(token("Deny"), login) == arn(expected)
    else:
        words = f"The ambiguous role mapping rules for: {KEY} denied this request."
        assert refusal(token("Deny"), login).message == words


@pytest.mark.parametrize("ambiguous", ["Deny", "AuthenticatedRole"])
def test_a_custom_role_must_be_one_of_the_tokens(ambiguous: str) -> None:
    login = a_login(cognito__roles=SEVERAL, cognito__preferred_role=arn("a"))
    assert role(token(ambiguous), login, custom=arn("b")) == arn("b")
    assert refusal(token(ambiguous), login, custom=arn("c")).message == f"Access to Role '{arn('c')}' is forbidden."
    assert refusal(token(ambiguous), custom=arn("a")).message == f"Access to Role '{arn('a')}' is forbidden."


@pytest.mark.parametrize(
    ("match", "value", "claim", "holds"),
    [
        ("Equals", "paid", "paid", True),
        ("Equals", "paid", "Paid", False),
        ("Equals", "paid", "prepaid", False),
        ("Equals", "paid", None, False),
        ("Equals", "*", "paid", False),
        ("Contains", "aid", "paid", True),
        ("Contains", "aid", "free", False),
        ("Contains", "aid", None, False),
        ("StartsWith", "pa", "paid", True),
        ("StartsWith", "aid", "paid", False),
        ("StartsWith", "pa", None, False),
        ("NotEqual", "paid", "free", True),
        ("NotEqual", "paid", "paid", False),
        ("NotEqual", "paid", None, False),
        ("Equals", "true", True, True),
        ("Equals", "false", False, True),
        ("Equals", "7", 7, True),
        ("Equals", '{"formatted":"x"}', {"formatted": "x"}, True),
        ("Equals", "admins", ["staff", "admins"], True),
        ("Equals", "admin", ["staff", "admins"], False),
        ("Contains", "admins", ["staff", "admins"], True),
        ("Contains", "admin", ["staff", "admins"], False),
        ("StartsWith", "adm", ["staff", "admins"], True),
        ("NotEqual", "admins", ["staff", "admins"], False),
        ("NotEqual", "guests", ["staff", "admins"], True),
    ],
)
def test_a_rule_compares_a_claim(match: str, value: str, claim: Any, holds: bool) -> None:
    login = a_login(**({} if claim is None else {"custom__plan": claim}))
    configured = rules(("custom:plan", match, value, "ruled"), ambiguous="AuthenticatedRole")
    assert role(configured, login) == arn("ruled" if holds else "user")


def test_the_first_rule_that_matches_wins() -> None:
    configured = rules(("plan", "Equals", "free", "a"), ("plan", "Contains", "p", "b"), ("plan", "Equals", "paid", "c"))
    login = a_login(plan="paid")
    assert role(configured, login) == arn("b")
    assert role(configured, login, custom=arn("c")) == arn("c")
    assert refusal(configured, login, custom=arn("a")).message == f"Access to Role '{arn('a')}' is forbidden."


def test_no_rule_that_matches_is_denied_or_falls_back() -> None:
    rule = ("plan", "Equals", "paid", "a")
    assert role(rules(rule, ambiguous="AuthenticatedRole"), a_login(plan="free")) == arn("user")
    words = f"The ambiguous role mapping rules for: {KEY} denied this request."
    assert refusal(rules(rule), a_login(plan="free")).message == words


def test_a_mapping_counts_under_whichever_host_it_was_set() -> None:
    login = a_login(cognito__roles=[arn("a")])
    assert role(token(key="localhost:26464/us-east-1_abc:web"), login) == arn("a")


def test_the_first_login_with_a_mapping_decides() -> None:
    mapped = a_login(cognito__roles=[arn("a")])
    assert role(token(), a_login(OTHER), mapped) == arn("a")
    assert role(token(), mapped, a_login(client="mobile")) == arn("a")
