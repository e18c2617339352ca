"""What is configured comes back as it was given: create, describe, update, describe, as Terraform goes about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.api import configuration_documents as documents
from tests.api.pool_documents import DEFAULT_POOL
from tests.builders import Api, a_client, a_pool

Document = dict[str, Any]
ROLE = "arn:aws:iam::000000000000:role"
NOT_COMPARED = {"LastModifiedDate", "CSSVersion", "ImageUrl", "Version"}


@dataclass(frozen=True)
class Resource:
    """How one kind of thing is made, read and changed; and two documents that a file may hold of it.

    `make` answers what names it from then on, `shown` what Describe shows of it.
    """

    make: Callable[[Api, Document], Document]
    shown: Callable[[Api, Document], Document]
    update: Callable[[Api, Document, Document], object]
    one: Document
    two: Document


def in_a_pool(create: str, describe: str, update: str, answer: str, *keys: str) -> dict[str, Any]:
    """A thing of a pool whose three operations are alike; `keys` name it, with the pool."""

    def make(api: Api, document: Document) -> Document:
        pool = {"UserPoolId": a_pool(api, UserPoolTier="PLUS")}
        made = api.idp(create, **pool, **document)[answer]
        return pool | {key: made[key] for key in keys}

    return {
        "make": make,
        "shown": lambda api, names: dict(api.idp(describe, **names)[answer]),
        "update": lambda api, names, document: api.idp(update, **(document | names)),
    }


def of_a_client(create: str, describe: str, update: str, answer: str, key: str) -> dict[str, Any]:
    """A thing of an app client, named by its pool and its own id."""

    def make(api: Api, document: Document) -> Document:
        pool = a_pool(api)
        made = api.idp(create, UserPoolId=pool, ClientId=a_client(api, pool), **document)[answer]
        return {"UserPoolId": pool, key: made[key]}

    return {
        "make": make,
        "shown": lambda api, names: dict(api.idp(describe, **names)[answer]),
        "update": lambda api, names, document: api.idp(update, **names, **document),
    }


def made_pool(api: Api, document: Document) -> Document:
    return {"UserPoolId": api.idp("CreateUserPool", PoolName="pool", **document)["UserPool"]["Id"]}


def plus_pool(api: Api, **members: Any) -> Document:
    return {"UserPoolId": a_pool(api, UserPoolTier="PLUS", **members)}


def configured(operation: str, **pool: Any) -> Callable[[Api, Document], Document]:
    """For what is set on a pool rather than made in it."""

    def make(api: Api, document: Document) -> Document:
        names = plus_pool(api, **pool)
        api.idp(operation, **names, **document)
        return names

    return make


def with_a_policy(api: Api, document: Document) -> Document:
    pool = a_pool(api)
    names = {"UserPoolId": pool, "ClientId": a_client(api, pool)}
    made = api.idp("CreateCIMDPolicy", **names, **document)["CIMDPolicy"]
    return names | {"CIMDPolicyId": made["CIMDPolicyId"]}


def policy_in(names: Document) -> Document:
    """The members that name a CIMD policy; an update names its client too."""
    return {key: value for key, value in names.items() if key != "ClientId"}


def in_a_domain(api: Api, document: Document) -> Document:
    pool = a_pool(api)
    api.idp("CreateUserPoolDomain", UserPoolId=pool, Domain="no-drift", **document)
    return {"UserPoolId": pool, "Domain": "no-drift"}


def customized(api: Api, document: Document) -> Document:
    names = {"UserPoolId": in_a_domain(api, {})["UserPoolId"]}
    api.idp("SetUICustomization", **names, **document)
    return names


def mapped(kind: str, details: Document) -> Document:
    mapping = {"email": "email", "username": "sub"}
    return {"ProviderDetails": details, "AttributeMapping": mapping, "IdpIdentifiers": [f"{kind}.example"]}


def provider(kind: str) -> dict[str, Any]:
    """An identity provider, named by its kind; its details are replaced whole."""
    calls = in_a_pool(
        "CreateIdentityProvider",
        "DescribeIdentityProvider",
        "UpdateIdentityProvider",
        "IdentityProvider",
        "ProviderName",
    )
    fixed = {"ProviderName": kind if kind == "Google" else "Corp", "ProviderType": kind}
    make = calls["make"]
    return calls | {"make": lambda api, document: make(api, fixed | document)}


RESOURCES = {
    "pool": Resource(
        made_pool,
        lambda api, names: dict(api.idp("DescribeUserPool", **names)["UserPool"]),
        lambda api, names, document: api.idp("UpdateUserPool", **names, **document),
        documents.POOL,
        {name: DEFAULT_POOL[name] for name in ("Policies", "AccountRecoverySetting", "UserPoolTier")}
        | {"UserPoolTags": {}, "MfaConfiguration": "OFF", "AutoVerifiedAttributes": ["phone_number"]},
    ),
    "client": Resource(
        **in_a_pool(
            "CreateUserPoolClient", "DescribeUserPoolClient", "UpdateUserPoolClient", "UserPoolClient", "ClientId"
        ),
        one=documents.CLIENT,
        two={"ClientName": "other", "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"]},
    ),
    "group": Resource(
        **in_a_pool("CreateGroup", "GetGroup", "UpdateGroup", "Group", "GroupName"),
        one={
            "GroupName": "staff",
            "Description": "All",
            "Precedence": 0,
            "RoleArn": "arn:aws:iam::000000000000:role/r",
        },
        two={
            "GroupName": "staff",
            "Description": "Few",
            "Precedence": 7,
            "RoleArn": "arn:aws:iam::000000000000:role/s",
        },
    ),
    "google": Resource(
        **provider("Google"),
        one=mapped("google", documents.GOOGLE),
        two=mapped("g", documents.GOOGLE | {"client_id": "app", "authorize_scopes": "email"}),
    ),
    "oidc": Resource(
        **provider("OIDC"), one=mapped("corp", documents.OIDC), two=mapped("c", documents.OIDC | {"client_id": "app"})
    ),
    "resource server": Resource(
        **in_a_pool(
            "CreateResourceServer", "DescribeResourceServer", "UpdateResourceServer", "ResourceServer", "Identifier"
        ),
        one={"Identifier": "api", "Name": "api", "Scopes": [{"ScopeName": "read", "ScopeDescription": "Reading"}]},
        two={"Identifier": "api", "Name": "API", "Scopes": [{"ScopeName": "write", "ScopeDescription": "Writing"}]},
    ),
    "domain": Resource(
        in_a_domain,
        lambda api, names: dict(api.idp("DescribeUserPoolDomain", Domain=names["Domain"])["DomainDescription"]),
        lambda api, names, document: api.idp("UpdateUserPoolDomain", **names, **document),
        {"ManagedLoginVersion": 1},
        {"ManagedLoginVersion": 2},
    ),
    "risk": Resource(
        configured("SetRiskConfiguration", UserPoolAddOns={"AdvancedSecurityMode": "ENFORCED"}),
        lambda api, names: dict(api.idp("DescribeRiskConfiguration", **names)["RiskConfiguration"]),
        lambda api, names, document: api.idp("SetRiskConfiguration", **names, **document),
        documents.RISK,
        {"RiskExceptionConfiguration": {"BlockedIPRangeList": ["2001:db8::/32"]}},
    ),
    "mfa": Resource(
        configured("SetUserPoolMfaConfig"),
        lambda api, names: api.idp("GetUserPoolMfaConfig", **names),
        lambda api, names, document: api.idp("SetUserPoolMfaConfig", **names, **document),
        documents.MFA,
        {"MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": {"Enabled": True}},
    ),
    "branding": Resource(
        **of_a_client(
            "CreateManagedLoginBranding",
            "DescribeManagedLoginBranding",
            "UpdateManagedLoginBranding",
            "ManagedLoginBranding",
            "ManagedLoginBrandingId",
        ),
        one={"Settings": {"components": {"form": {"borderRadius": 4.0}}}},
        two={"Settings": {"components": {"form": {"borderRadius": 12.0}}}},
    ),
    "looks": Resource(
        customized,
        lambda api, names: dict(api.idp("GetUICustomization", **names)["UICustomization"]),
        lambda api, names, document: api.idp("SetUICustomization", **names, **document),
        {"CSS": ".label-customizable {font-weight: 400;}"},
        {"CSS": ".banner-customizable {background-color: lightgray;}"},
    ),
    "terms": Resource(
        **of_a_client("CreateTerms", "DescribeTerms", "UpdateTerms", "Terms", "TermsId"),
        one={"TermsName": "terms-of-use", "TermsSource": "LINK", "Enforcement": "NONE", "Links": documents.LINKS},
        two={
            "TermsName": "terms-of-use",
            "TermsSource": "LINK",
            "Enforcement": "NONE",
            "Links": documents.LINKS | {"cognito:french": "https://example.com/fr"},
        },
    ),
    "CIMD policy": Resource(
        with_a_policy,
        lambda api, names: dict(api.idp("DescribeCIMDPolicy", **policy_in(names))["CIMDPolicy"]),
        lambda api, names, document: api.idp("UpdateCIMDPolicy", **names, **document),
        one={"PolicyName": "tools", "URLPatterns": ["https://claude.ai/oauth/*"], "CacheDuration": 86_400},
        two={"PolicyName": "tool", "URLPatterns": ["https://b.example/*", "https://a.example/*"]},
    ),
    "log delivery": Resource(
        configured("SetLogDeliveryConfiguration"),
        lambda api, names: dict(api.idp("GetLogDeliveryConfiguration", **names)["LogDeliveryConfiguration"]),
        lambda api, names, document: api.idp("SetLogDeliveryConfiguration", **names, **document),
        {
            "LogConfigurations": [
                {
                    "LogLevel": "INFO",
                    "EventSource": "userAuthEvents",
                    "S3Configuration": {"BucketArn": "arn:aws:s3:::bucket"},
                }
            ]
        },
        {"LogConfigurations": []},
    ),
}


def compared(shown: Document) -> Document:
    return {name: value for name, value in shown.items() if name not in NOT_COMPARED}


def held(shown: Document, document: Document) -> Document:
    """What Describe shows of a document's members; AWS may show more within them."""
    return {
        name: held(shown.get(name, {}), value) if isinstance(value, dict) else shown.get(name)
        for name, value in document.items()
    }


@pytest.mark.parametrize("resource", RESOURCES.values(), ids=RESOURCES)
def test_what_is_configured_comes_back_as_it_was_given(api: Api, resource: Resource) -> None:
    names = resource.make(api, resource.one)
    first = resource.shown(api, names)
    assert held(first, resource.one) == resource.one
    api.world.clock.advance(minutes=1)
    resource.update(api, names, resource.one)
    assert compared(resource.shown(api, names)) == compared(first)
    resource.update(api, names, resource.two)
    second = resource.shown(api, names)
    assert held(second, resource.two) == resource.two
    assert compared(second) != compared(first)
    resource.update(api, names, resource.one)
    assert compared(resource.shown(api, names)) == compared(first)
