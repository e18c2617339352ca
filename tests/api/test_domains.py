"""Domains of user pools: their names, who has them, and what answers on their hosts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.api.test_passkeys import FACTORS
from tests.builders import Api, Refused, a_client, a_pool, a_user, refusal, sign_in

CERTIFICATE = "arn:aws:acm:us-east-1:000000000000:certificate/c"
CUSTOM = {"CustomDomainConfig": {"CertificateArn": CERTIFICATE}}
TAKEN = ("InvalidParameterException", "Domain already associated with another user pool.")
LINKS = {
    "AutoVerifiedAttributes": ["email"],
    "VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_LINK"},
}


@pytest.fixture
def pool(api: Api) -> str:
    return a_pool(api)


def described(api: Api, domain: str) -> dict[str, Any]:
    return dict(api.idp("DescribeUserPoolDomain", Domain=domain)["DomainDescription"])


def test_a_prefix_is_there_at_once_and_shown_with_its_pool(api: Api, pool: str) -> None:
    made = api.idp("CreateUserPoolDomain", UserPoolId=pool, Domain="my-app")
    assert made == {"ManagedLoginVersion": 1}
    shown = described(api, "my-app")
    assert shown.pop("CloudFrontDistribution").endswith(".cloudfront.net")
    assert shown == {
        "UserPoolId": pool,
        "AWSAccountId": "000000000000",
        "Domain": "my-app",
        "S3Bucket": "aws-cognito-prod-us-east-1-assets",
        "Version": "20270115080000",
        "Status": "ACTIVE",
        "ManagedLoginVersion": 1,
    }
    assert api.idp("DescribeUserPool", UserPoolId=pool)["UserPool"]["Domain"] == "my-app"


def test_a_custom_domain_names_its_certificate_and_its_distribution(api: Api, pool: str) -> None:
    made = api.idp("CreateUserPoolDomain", UserPoolId=pool, Domain="auth.example.com", ManagedLoginVersion=2, **CUSTOM)
    assert made["CloudFrontDomain"] == described(api, "auth.example.com")["CloudFrontDistribution"]
    assert described(api, "auth.example.com")["CustomDomainConfig"] == {"CertificateArn": CERTIFICATE}
    assert api.idp("DescribeUserPool", UserPoolId=pool)["UserPool"]["CustomDomain"] == "auth.example.com"
    newer = {"CertificateArn": CERTIFICATE + "2", "SecurityPolicy": "TLS_V1_2_2021"}
    routing = {"Failover": {"SecondaryRegion": "eu-west-1", "PrimaryRoute53HealthCheckId": "check"}}
    there = {"UserPoolId": pool, "Domain": "auth.example.com"}
    changed = api.idp("UpdateUserPoolDomain", **there, CustomDomainConfig=newer, Routing=routing)
    assert changed == made | {"Routing": routing}
    shown = described(api, "auth.example.com")
    assert (shown["CustomDomainConfig"], shown["Routing"], shown["ManagedLoginVersion"]) == (newer, routing, 2)


def test_nothing_is_said_of_a_domain_that_is_not_there(api: Api, pool: str) -> None:
    assert described(api, "nobody") == {}
    told = ("ResourceNotFoundException", "Domain nobody does not exist.")
    for operation in ("UpdateUserPoolDomain", "DeleteUserPoolDomain"):
        assert refusal(api, operation, UserPoolId=pool, Domain="nobody") == told


@pytest.mark.parametrize("name", ["My-App", "my.app", "-app", "app-", "my_app", "app🙂", "münchen"])
def test_what_is_no_prefix_is_refused_in_awss_words(api: Api, pool: str, name: str) -> None:
    refused = refusal(api, "CreateUserPoolDomain", UserPoolId=pool, Domain=name)
    assert refused == (
        "InvalidParameterException",
        "The domain name contains an invalid character. Domain names can only contain lower-case letters, numbers, and "
        "hyphens. Please enter a different name that follows this format: ^[a-z0-9](?:[a-z0-9\\-]{0,61}[a-z0-9])?$",
    )


@pytest.mark.parametrize(("name", "word"), [("my-aws", "aws"), ("amazonian", "amazon"), ("cognito", "cognito")])
def test_words_of_aws_are_refused(api: Api, pool: str, name: str, word: str) -> None:
    refused = refusal(api, "CreateUserPoolDomain", UserPoolId=pool, Domain=name)
    assert refused == ("InvalidParameterException", f"Domain cannot contain reserved word: {word}")


@pytest.mark.parametrize("name", ["localhost", "auth..example.com", "Auth.example.com", ".example.com", "a b.c"])
def test_a_custom_domain_is_a_whole_host_name(api: Api, pool: str, name: str) -> None:
    assert (
        refusal(api, "CreateUserPoolDomain", UserPoolId=pool, Domain=name, **CUSTOM)[0] == "InvalidParameterException"
    )
    assert "CustomDomain" not in api.idp("DescribeUserPool", UserPoolId=pool)["UserPool"]


def test_a_pool_has_one_prefix_and_one_custom_domain(api: Api, pool: str) -> None:
    api.idp("CreateUserPoolDomain", UserPoolId=pool, Domain="first")
    api.idp("CreateUserPoolDomain", UserPoolId=pool, Domain="auth.example.com", **CUSTOM)
    told = ("InvalidParameterException", "User pool already has a domain configured.")
    assert refusal(api, "CreateUserPoolDomain", UserPoolId=pool, Domain="second") == told
    assert refusal(api, "CreateUserPoolDomain", UserPoolId=pool, Domain="login.example.com", **CUSTOM) == told
    shown = api.idp("DescribeUserPool", UserPoolId=pool)["UserPool"]
    assert (shown["Domain"], shown["CustomDomain"]) == ("first", "auth.example.com")


def test_a_prefix_is_unique_in_its_region_and_a_custom_domain_everywhere(api: Api, pool: str) -> None:
    api.idp("CreateUserPoolDomain", UserPoolId=pool, Domain="my-app")
    api.idp("CreateUserPoolDomain", UserPoolId=pool, Domain="auth.example.com", **CUSTOM)
    other = a_pool(api)
    assert refusal(api, "CreateUserPoolDomain", UserPoolId=other, Domain="my-app") == TAKEN
    assert refusal(api, "CreateUserPoolDomain", UserPoolId=other, Domain="auth.example.com", **CUSTOM) == TAKEN
    api.region = "eu-west-1"
    there = a_pool(api)
    assert described(api, "my-app") == {}
    api.idp("CreateUserPoolDomain", UserPoolId=there, Domain="my-app")
    assert described(api, "my-app")["UserPoolId"] == there
    assert described(api, "auth.example.com") == {}
    assert refusal(api, "CreateUserPoolDomain", UserPoolId=there, Domain="auth.example.com", **CUSTOM) == TAKEN
    api.region = "us-east-1"
    assert described(api, "my-app")["UserPoolId"] == pool
    assert described(api, "auth.example.com")["UserPoolId"] == pool


def test_a_call_without_a_signature_finds_a_custom_domain_wherever_its_pool_lives(api: Api) -> None:
    api.region = "eu-west-1"
    there = a_pool(api)
    api.idp("CreateUserPoolDomain", UserPoolId=there, Domain="auth.example.com", **CUSTOM)
    api.headers = {"Authorization": ""}
    assert described(api, "auth.example.com")["UserPoolId"] == there


def test_one_of_several_that_race_for_a_prefix_gets_it(api: Api) -> None:
    pools = [a_pool(api) for _ in range(4)]

    def create(pool: str) -> str:
        try:
            Api(api.http.application.test_client(), api.world).idp(
                "CreateUserPoolDomain", UserPoolId=pool, Domain="my-app"
            )
        except Refused as refused:
            return refused.code
        return "made"

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(create, pools)) == ["InvalidParameterException"] * 3 + ["made"]


def test_a_region_has_four_custom_domains(api: Api) -> None:
    for number in range(4):
        api.idp("CreateUserPoolDomain", UserPoolId=a_pool(api), Domain=f"a{number}.example.com", **CUSTOM)
    refused = refusal(api, "CreateUserPoolDomain", UserPoolId=a_pool(api), Domain="a4.example.com", **CUSTOM)
    assert refused == ("LimitExceededException", "No more than 4 custom domains are allowed in a Region.")


def test_what_a_domain_cannot_be_is_refused(api: Api, pool: str) -> None:
    lite = a_pool(api, UserPoolTier="LITE")
    managed = refusal(api, "CreateUserPoolDomain", UserPoolId=lite, Domain="lite", ManagedLoginVersion=2)
    assert managed[0] == "FeatureUnavailableInTierException"
    api.idp("CreateUserPoolDomain", UserPoolId=lite, Domain="lite", ManagedLoginVersion=1)
    third = refusal(api, "CreateUserPoolDomain", UserPoolId=pool, Domain="three", ManagedLoginVersion=3)
    assert third == ("InvalidParameterException", "ManagedLoginVersion must be 1 or 2.")
    routing = {"Failover": {"SecondaryRegion": "eu-west-1", "PrimaryRoute53HealthCheckId": "check"}}
    routed = refusal(api, "CreateUserPoolDomain", UserPoolId=pool, Domain="routed", Routing=routing)
    assert routed == ("InvalidParameterException", "Routing is only supported for custom domains.")
    api.idp("CreateUserPoolDomain", UserPoolId=pool, Domain="plain")
    certified = refusal(api, "UpdateUserPoolDomain", UserPoolId=pool, Domain="plain", **CUSTOM)
    assert certified == ("InvalidParameterException", "A prefix domain has no CustomDomainConfig.")


def test_nobody_changes_or_deletes_anothers_domain(api: Api, pool: str) -> None:
    api.idp("CreateUserPoolDomain", UserPoolId=pool, Domain="my-app")
    other = a_pool(api)
    for operation in ("UpdateUserPoolDomain", "DeleteUserPoolDomain"):
        refused = refusal(api, operation, UserPoolId=other, Domain="my-app")
        assert refused == ("ResourceNotFoundException", "Domain my-app does not exist.")
    assert described(api, "my-app")["UserPoolId"] == pool


def test_a_pool_with_a_domain_is_not_deleted(api: Api, pool: str) -> None:
    api.idp("CreateUserPoolDomain", UserPoolId=pool, Domain="my-app")
    assert refusal(api, "DeleteUserPool", UserPoolId=pool) == (
        "InvalidParameterException",
        "User pool cannot be deleted. It has a domain configured that should be deleted first.",
    )
    assert api.idp("DeleteUserPoolDomain", UserPoolId=pool, Domain="my-app") == {}
    api.idp("DeleteUserPool", UserPoolId=pool)


@pytest.mark.parametrize("host", ["my-app.auth.us-east-1.localhost:26464", "auth.example.com"])
def test_a_link_is_confirmed_at_the_host_of_its_own_pool_alone(api: Api, host: str) -> None:
    own, other = a_pool(api, **LINKS), a_pool(api, **LINKS)
    api.idp("CreateUserPoolDomain", UserPoolId=own, Domain="my-app")
    api.idp("CreateUserPoolDomain", UserPoolId=own, Domain="auth.example.com", **CUSTOM)
    for pool, status in ((other, 400), (own, 200)):
        client = a_client(api, pool)
        email = [{"Name": "email", "Value": "ana@example.com"}]
        api.idp("SignUp", ClientId=client, Username="ana", Password="Correct-Horse-1", UserAttributes=email)
        link = api.message(pool=pool).link or ""
        path = link.partition("//")[2].partition("/")[2]
        assert api.http.get(f"/{path}", headers={"Host": host}).status_code == status
        confirmed = api.idp("AdminGetUser", UserPoolId=pool, Username="ana")["UserStatus"] == "CONFIRMED"
        assert confirmed == (status == 200)


def test_the_keys_of_every_pool_are_at_every_host(api: Api, pool: str) -> None:
    api.idp("CreateUserPoolDomain", UserPoolId=pool, Domain="my-app")
    other = a_pool(api)
    for each in (pool, other):
        found = api.http.get(f"/{each}/.well-known/jwks.json", headers={"Host": "my-app.auth.us-east-1.localhost"})
        assert found.status_code == 200


def test_passkeys_belong_to_the_domain_where_the_pool_names_no_relying_party(api: Api) -> None:
    pool = a_pool(api, Policies=FACTORS)
    a_user(api, pool)
    token = sign_in(api, a_client(api, pool))["AccessToken"]
    assert refusal(api, "StartWebAuthnRegistration", AccessToken=token)[0] == "WebAuthnConfigurationMissingException"
    relying_parties = []
    for domain, members in (("my-app", {}), ("auth.example.com", CUSTOM)):
        api.idp("CreateUserPoolDomain", UserPoolId=pool, Domain=domain, **members)
        options = api.idp("StartWebAuthnRegistration", AccessToken=token)["CredentialCreationOptions"]
        relying_parties.append(options["rp"]["id"])
    assert relying_parties == ["my-app.auth.us-east-1.localhost", "auth.example.com"]
