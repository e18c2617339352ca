"""The file of roles and providers: what it may hold, and how what is wrong with it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator.policies import documents, role_table
from emulator.policies.documents import Wrong
from emulator.policies.principals import Caller

YAML = """
roles:
  - Arn: arn:aws:iam::000000000000:role/service-role/user
    RoleName: user
    MaxSessionDuration: 7200
    Tags: [{Key: team, Value: blue}]
    AssumeRolePolicyDocument:
      Version: 2012-10-17
      Statement:
        - Effect: Allow
          Principal: {Federated: cognito-identity.amazonaws.com}
          Action: sts:AssumeRoleWithWebIdentity
  - Role: {Arn: "arn:aws:iam::000000000000:role/other", CreateDate: 2020-01-01, AssumeRolePolicyDocument: {
      Statement: {Effect: Allow, Principal: {AWS: 000000000000}, Action: sts:AssumeRole}}}
oidc_providers:
  - {Url: "https://login.example/realm/", ClientIDList: [web, app]}
  - {Url: "http://localhost:8080"}
  - {Url: token.actions.githubusercontent.com, ClientIDList: []}
saml_providers:
  - Arn: arn:aws:iam::000000000000:saml-provider/idp
    SAMLMetadataDocument: <EntityDescriptor entityID="idp"/>
"""


def table(tmp_path: Path, text: str | bytes) -> role_table.RoleTable:
    path = tmp_path / "roles.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return role_table.read(str(path))


def test_a_file_of_yaml_is_read(tmp_path: Path) -> None:
    found = table(tmp_path, YAML)
    role = found.roles["arn:aws:iam::000000000000:role/service-role/user"]
    assert (role.most_seconds, role.tags) == (7200, {"team": "blue"})
    other = found.roles["arn:aws:iam::000000000000:role/other"]
    assert other.most_seconds == 3600
    assert other.trust.refusal("sts:AssumeRole", Caller("AWS", ("000000000000",)), {}) is None
    assert found.client_ids == {
        "login.example/realm": ("web", "app"),
        "localhost:8080": None,
        "token.actions.githubusercontent.com": None,
    }
    assert list(found.saml_metadata) == ["arn:aws:iam::000000000000:saml-provider/idp"]


def test_a_file_of_json_is_read_too(tmp_path: Path) -> None:
    role = """{"Arn": "arn:aws:iam::000000000000:role/r", "MaxSessionDuration": 43200, "AssumeRolePolicyDocument":
      {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:*",
        "Condition": {"Bool": {"a:b": true}}}]}}"""
    found = table(tmp_path, f'{{"roles": [{role}]}}')
    assert found.roles["arn:aws:iam::000000000000:role/r"].most_seconds == 43200
    assert table(tmp_path, "{}") == role_table.RoleTable()


TRUST = "AssumeRolePolicyDocument: {Statement: {Effect: Allow, Principal: '*', Action: 'sts:*'}}"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "it is empty"),
        ("a: 1\n---\nb: 2", "more than one document"),
        ("roles: [", "line 1: "),
        ("rolls: []", "rolls: there is no such member"),
        ("roles: {}", "roles: it is no list"),
        ("roles: [{}]", "roles[0].Arn: it is no text"),
        ("roles: [{Arn: 'arn:aws:iam::0:role/x'}]", "roles[0].Arn: 'arn:aws:iam::0:role/x' is not the ARN of a role"),
        ("roles: [{Arn: 'arn:aws:iam::000000000000:role/x'}]", "roles[0]: it has no AssumeRolePolicyDocument"),
        (
            f"roles: [{{Arn: 'arn:aws:iam::000000000000:role/x', RoleName: y, {TRUST}}}]",
            "roles[0].RoleName: it is not that of the ARN, 'x'",
        ),
        (
            f"roles: [{{Arn: 'arn:aws:iam::000000000000:role/x', MaxSessionDuration: 900, {TRUST}}}]",
            "roles[0].MaxSessionDuration: it is not a number from 3600 to 43200",
        ),
        (
            "roles: [{Arn: 'arn:aws:iam::000000000000:role/x', AssumeRolePolicyDocument: {Statement: [{Effect: Allow,"
            " Principal: '*', Action: 'sts:*', Condition: {StringEqualz: {a: b}}}]}}]",
            "roles[0].AssumeRolePolicyDocument.Statement[0].Condition.StringEqualz: there is no such condition",
        ),
        (
            "\n".join(["roles:", *2 * [f"  - {{Arn: 'arn:aws:iam::000000000000:role/x', {TRUST}}}"]]),
            "roles[1]: arn:aws:iam::000000000000:role/x is there twice",
        ),
        ('{"roles": [' + "9" * 5000 + "]}", "roles[0]: it is no mapping"),
        (
            f"roles: [{{Arn: 'arn:aws:iam::000000000000:role/x', Tags: [{{Key: a, Value: {{b: c}}}}], {TRUST}}}]",
            "roles[0].Tags[0].Value: it is no text",
        ),
        (
            f"roles: [{{Arn: 'arn:aws:iam::000000000000:role/x', Tags: [{{Key: a}}, {{Key: A}}], {TRUST}}}]",
            "roles[0].Tags[1]: A is there twice",
        ),
        ("oidc_providers: [{Url: 'https://a?b'}]", "oidc_providers[0].Url: 'https://a?b' is no http(s) URL without"),
        ("oidc_providers: [{Url: 'ftp://x'}]", "oidc_providers[0].Url: 'ftp://x' is no http(s) URL"),
        ("saml_providers: [{Arn: x}]", "saml_providers[0].Arn: 'x' is not the ARN of a SAML provider"),
        (
            "saml_providers: [{Arn: 'arn:aws:iam::000000000000:saml-provider/i', SAMLMetadataDocument: '<a'}]",
            "saml_providers[0].SAMLMetadataDocument: it is no XML",
        ),
        ("roles: []\nroles: []", "roles: line 2: it is there twice"),
        ('{"roles": [], "roles": []}', "roles: it is there twice"),
        ('{"roles": null}', "roles: it is null"),
        ("roles: &a [*a]", "aliases are not allowed"),
        (
            "roles: !!python/object/apply:os.system [x]",
            "the tag tag:yaml.org,2002:python/object/apply:os.system is not",
        ),
        ("roles: !x [y]", "the tag !x is not allowed"),
        ("? [a]\n: b", "a key is no text"),
        ("[" * 5000, "nested more than 32 deep"),
        ("roles: " + "[" * 40 + "]" * 40, "nested more than 32 deep"),
        ("#" + "x" * documents.LARGEST, "it is longer than 1048576 bytes"),
        (b"\xff", "it is no text in UTF-8"),
    ],
)
def test_what_is_wrong_is_told_with_its_path(tmp_path: Path, text: str | bytes, words: str) -> None:
    with pytest.raises(ValueError, match=r"^is not a file of roles: ") as problem:
        table(tmp_path, text)
    assert words in str(problem.value)


def test_a_bomb_of_aliases_is_refused_without_being_expanded(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60))]
    with pytest.raises(ValueError, match="aliases are not allowed"):
        table(tmp_path, "\n".join(lines))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^is not a file that can be read: No such file or directory$"):
        role_table.read(str(tmp_path / "missing"))


def test_texts_stay_as_they_were_written() -> None:
    assert documents.parsed("{a: no, b: 2012-10-17, c: 000000000000, d: 1e3, e: ~}") == {
        "a": "no",
        "b": "2012-10-17",
        "c": "000000000000",
        "d": "1e3",
        "e": "~",
    }
    with pytest.raises(Wrong):
        documents.parsed("a: b: c")
