"""Trust policies: who is allowed what, and documents that are refused."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from emulator.policies import principals, trust_policies
from emulator.policies.documents import Wrong
from emulator.policies.principals import Caller

COGNITO = Caller("Federated", ("cognito-identity.amazonaws.com",))
ROLE = Caller("AWS", principals.names_of("111122223333", ["arn:aws:iam::111122223333:role/app"]))
ACTION = "sts:AssumeRoleWithWebIdentity"


def statement(**members: Any) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": {"Federated": "cognito-identity.amazonaws.com"},
        "Action": ACTION,
        **members,
    }


def allowed(*statements: dict[str, Any], action: str = ACTION, caller: Caller = COGNITO, **keys: str) -> bool:
    policy = trust_policies.read({"Version": "2012-10-17", "Statement": list(statements)}, "")
    context = {name.replace("_", ":"): (value,) for name, value in keys.items()}
    return policy.refusal(action, caller, context) is None


@pytest.mark.parametrize(
    ("principal", "federated", "role"),
    [
        ("*", True, True),
        ({"AWS": "*"}, True, True),
        ({"Federated": "cognito-identity.amazonaws.com"}, True, False),
        ({"Federated": ["accounts.google.com", "cognito-identity.amazonaws.com"]}, True, False),
        ({"Federated": "accounts.google.com"}, False, False),
        ({"AWS": "111122223333"}, False, True),
        ({"AWS": "arn:aws:iam::111122223333:root"}, False, True),
        ({"AWS": ["arn:aws:iam::111122223333:role/app"]}, False, True),
        ({"AWS": "arn:aws:iam::111122223333:role/other"}, False, False),
        ({"AWS": "999999999999"}, False, False),
        ({"Service": "cognito-identity.amazonaws.com"}, False, False),
        ({"Service": "ec2.amazonaws.com", "Federated": "cognito-identity.amazonaws.com"}, True, False),
    ],
)
def test_principals(principal: Any, federated: bool, role: bool) -> None:
    one = statement(Principal=principal, Action="sts:*")
    assert allowed(one) is federated
    assert allowed(one, caller=ROLE, action="sts:AssumeRole") is role


@pytest.mark.parametrize(
    ("members", "right"),
    [
        ({"Action": "sts:AssumeRoleWithWebIdentity"}, True),
        ({"Action": "sts:assumerolewithwebidentity"}, True),
        ({"Action": ["sts:TagSession", "sts:AssumeRole*"]}, True),
        ({"Action": "*"}, True),
        ({"Action": "sts:AssumeRole"}, False),
        ({"Action": "sts:AssumeRoleWith????????????"}, False),
        ({"NotAction": "sts:AssumeRole"}, True),
        ({"NotAction": "sts:AssumeRole*"}, False),
    ],
)
def test_actions(members: dict[str, Any], right: bool) -> None:
    one = {name: value for name, value in statement().items() if name != "Action"} | members
    assert allowed(one) is right


def test_an_explicit_deny_wins_wherever_it_stands() -> None:
    deny = statement(Effect="Deny", Principal="*", Action="sts:*")
    assert not allowed(statement(), deny)
    assert not allowed(deny, statement())
    only_bob = {"StringEquals": {"x:user": "bob"}}
    assert allowed(statement(), statement(Effect="Deny", Condition=only_bob), x_user="ana")
    assert not allowed(statement(), statement(Effect="Deny", Condition=only_bob), x_user="bob")


def test_a_refusal_says_why_for_the_log() -> None:
    wanted = {"StringEquals": {"cognito-identity.amazonaws.com:aud": "us-east-1:pool"}}
    policy = trust_policies.read(
        {"Statement": [statement(Condition=wanted), statement(Principal={"AWS": "*"}, Action="sts:AssumeRole")]}, ""
    )
    assert policy.refusal(ACTION, COGNITO, {}) == (
        "its trust policy does not allow sts:AssumeRoleWithWebIdentity: statement 0: its condition StringEquals"
        " cognito-identity.amazonaws.com:aud does not hold; statement 1: it is of other actions"
    )
    deny = trust_policies.read({"Statement": statement(Effect="Deny")}, "")
    assert deny.refusal(ACTION, COGNITO, {}) == f"statement 0 of its trust policy denies {ACTION}"
    assert deny.refusal("sts:TagSession", COGNITO, {}) == (
        "its trust policy does not allow sts:TagSession: no statement allows anything"
    )


def test_a_policy_may_be_json_in_a_text_as_services_print_it() -> None:
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement()]})
    for text in (document, quote(document, safe="")):
        assert trust_policies.read(text, "").refusal(ACTION, COGNITO, {}) is None


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"Statement": []}, r"^P\.Statement: it is empty$"),
        ({}, r"^P\.Statement: it is no list$"),
        ({"Version": "2020-01-01", "Statement": statement()}, r"^P\.Version: "),
        ({"Statement": [statement(Effect="allow")]}, r"^P\.Statement\[0\]\.Effect: it is neither Allow nor Deny$"),
        ({"Statement": [statement(Resource="*")]}, r"^P\.Statement\[0\]: a trust policy has no Resource$"),
        ({"Statement": [statement(NotPrincipal="*")]}, "NotPrincipal is not supported"),
        ({"Statement": [statement(Colour="red")]}, r"^P\.Statement\[0\]\.Colour: there is no such member$"),
        ({"Statement": [{"Effect": "Allow", "Action": "sts:*"}]}, "it has no Principal"),
        ({"Statement": [{"Effect": "Allow", "Principal": "*"}]}, "needs either Action or NotAction"),
        ({"Statement": [statement(Action="s3:GetObject")]}, "'s3:GetObject' is no action of STS"),
        ({"Statement": [statement(Action=[])]}, None),
        ({"Statement": [statement(Principal={"Someone": "x"})]}, r"Principal\.Someone: there is no such member"),
        ({"Statement": [statement(Principal={"AWS": "app"})]}, "'app' is no account"),
        ({"Statement": [statement(Principal={"AWS": "arn:aws:iam::1*:role/x"})]}, "is no account"),
        ({"Statement": [statement(Principal={})]}, "it is empty"),
        ({"Statement": [statement(Principal="cognito")]}, "it is no mapping"),
        ("{", "^P: line 1: "),
        ([], "it is no mapping"),
    ],
)
def test_a_wrong_policy_is_refused_with_its_path(document: Any, words: str | None) -> None:
    if words is None:
        assert trust_policies.read(document, "P").refusal(ACTION, COGNITO, {}) is not None
        return
    with pytest.raises(Wrong, match=words):
        trust_policies.read(document, "P")
