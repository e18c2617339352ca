"""What is wrong with a seed document is told with its path, and nothing of it is guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator import registry
from emulator.seed import reading
from emulator.seed.entries import SeedError
from emulator.seed.files import Files
from emulator.seed.problems import SeedsWrong
from tests.seed.documents import EXAMPLE

registry.load()
POOL = "user_pools:\n- PoolName: a\n  "


def problem(content: str | bytes) -> str:
    data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    with pytest.raises(SeedError) as caught:
        reading.read(data, "a.yaml")
    return str(caught.value).removeprefix("a.yaml: ")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "it is empty"),
        ("# nothing\n", "it is empty"),
        ("~", "it is no mapping of lists such as user_pools"),
        ("[]", "it is no mapping of lists such as user_pools"),
        ("user_pools: []\n---\nuser_pools: []\n", "it holds more than one document"),
        (
            "users: []",
            "users: there is no such list; there are user_pools, identity_pools, lambda_functions, roles, "
            "oidc_providers, saml_providers, people, signing_keys",
        ),
        ("user_pools:", "user_pools: it is null: write [] for an empty list, or leave it out"),
        ("user_pools: {}", "user_pools: it is no list"),
        ("user_pools: [~]", "user_pools[0]: it is no mapping"),
        ("user_pools: [text]", "user_pools[0]: it is no mapping"),
        ("user_pools: [{}]", "user_pools[0].PoolName: it is missing"),
        (POOL + "poolname: a", "user_pools[0].poolname: there is no such member; PoolName perhaps?"),
        (POOL + "Name: a", "user_pools[0].Name: it is the same as PoolName, which is there too"),
        (POOL + "PoolName: b", "user_pools[0].PoolName: line 3: it is there twice"),
        (POOL + "AutoVerifiedAttributes: email", "user_pools[0].AutoVerifiedAttributes: it is no list"),
        (
            POOL + "AutoVerifiedAttributes: [mail]",
            "user_pools[0].AutoVerifiedAttributes[0]: it must satisfy enum value set: [phone_number, email]",
        ),
        (POOL + "UserPoolTags: {a: [b]}", "user_pools[0].UserPoolTags.a: it is no text"),
        (POOL + "UserPoolTags: {a: ~}", "user_pools[0].UserPoolTags.a: it is null, no text"),
        (POOL + "Policies: {PasswordPolicy: {}, Password: 1}", "user_pools[0].Policies.Password: there is no such"),
        (
            POOL + "Policies: {PasswordPolicy: {MinimumLength: eight}}",
            "user_pools[0].Policies.PasswordPolicy.MinimumLength: it is no whole number",
        ),
        (
            POOL + "Policies: {PasswordPolicy: {MinimumLength: 5}}",
            "user_pools[0].Policies.PasswordPolicy.MinimumLength: it must have value greater than or equal to 6",
        ),
        (
            POOL + "Policies: {PasswordPolicy: {RequireSymbols: no}}",
            "user_pools[0].Policies.PasswordPolicy.RequireSymbols: it is neither true nor false",
        ),
        ('"\\e[31m\\n": 1', r"\x1b[31m\n: there is no such list"),
        (POOL + "Id: example", "user_pools[0].Id: it is no user pool id, such as us-east-1_Example01"),
        (POOL + "Id: us-east-1_" + "x" * 46, "user_pools[0].Id: it is no user pool id, such as us-east-1_Example01"),
        (POOL + "clients: {}", "user_pools[0].clients: it is no list"),
        (POOL + "clients: [{ClientName: web}, {}]", "user_pools[0].clients[1].ClientName: it is missing"),
        (
            POOL + "clients: [{ClientName: web}, {ClientName: web}]",
            "user_pools[0].clients[1]: it describes the same as user_pools[0].clients[0]",
        ),
        (
            POOL + "clients: [{ClientName: web, ClientSecret: a, GenerateSecret: true}]",
            "user_pools[0].clients[0].ClientSecret: it must have length greater than or equal to 24",
        ),
        (
            POOL + f"clients: [{{ClientName: web, ClientSecret: {'a' * 24}, GenerateSecret: true}}]",
            "user_pools[0].clients[0].GenerateSecret: ClientSecret is there too",
        ),
        (
            POOL + f"clients: [{{ClientName: web, ClientSecrets: [{', '.join(letter * 24 for letter in 'abc')}]}}]",
            "user_pools[0].clients[0].ClientSecrets: a client has one or two secrets",
        ),
        (
            POOL + "clients: [{ClientName: web, PublishSecretsInAWSSecretsManager: true}]",
            "user_pools[0].clients[0].PublishSecretsInAWSSecretsManager: a seed publishes no secrets",
        ),
        (POOL + "groups: [{GroupName: a}, {GroupName: a}]", "user_pools[0].groups[1]: it describes the same as"),
        (POOL + "UserPool: {Name: b}", "user_pools[0].PoolName: it is the same as PoolName, which is there too"),
        ("user_pools: [{UserPool: {Name: b, Id: x}, Id: x}]", "user_pools[0].Id: it is beside UserPool and in it"),
        (
            POOL + "Schema: [{Name: email}]\n  SchemaAttributes: [{Name: email}]",
            "user_pools[0].SchemaAttributes: Schema is there too",
        ),
        (
            POOL + "SchemaAttributes: [{Name: tier}]",
            "user_pools[0].SchemaAttributes[0]: custom attributes are shown with their prefix, custom:",
        ),
        (
            POOL + "MfaConfiguration: 'ON'\n  mfa: {MfaConfiguration: 'OFF'}",
            "user_pools[0].mfa.MfaConfiguration: MfaConfiguration of the pool is ON",
        ),
        ("user_pools: &a []\nother: *a", "other: line 2: aliases are not allowed"),
        (POOL + "<<: {Id: x}", "user_pools[0].<<: there is no such member"),
        (POOL + "Id: !!python/object:os.system x", "user_pools[0].Id: line 3: the tag tag:yaml.org,2002:python/"),
        ("a: b: c", "line 1: mapping values are not allowed here"),
        ("user_pools:\n\t- PoolName: a", "line 2: found character '\\t' that cannot start any token"),
        ('{"user_pools": [{"PoolName": null}]}', "user_pools[0].PoolName: it is null, no text"),
        ('{"user_pools": [{"PoolName": "a", "PoolName": "b"}]}', "user_pools[0].PoolName: it is there twice"),
        ('{"user_pools": [{"PoolName": "\\ud800"}]}', "user_pools[0].PoolName: it has half of a surrogate pair"),
        ("user_pools: [{PoolName: \0}]", "unacceptable character #x0000: special characters are not allowed"),
        ('user_pools: [{PoolName: "\\0"}]', "user_pools[0].PoolName: it must satisfy regular expression pattern"),
        ("user_pools: [{PoolName: 😀}]", "user_pools[0].PoolName: it must satisfy regular expression pattern"),
        ("user_pools: []".encode("utf-16"), "line 1: it is not in UTF-8"),
        (b"user_pools:\n- PoolName: \xe9", "line 2: it is not in UTF-8"),
        ("user_pools: " + "[" * 200_000, "line 1: exceeded maximum nesting depth"),
        ("user_pools: " + "[" * 900, "line 1: it is nested more than 32 deep"),
        ('{"user_pools": ' + "[" * 200_000, "it is nested more than 32 deep"),
        (b"#" * (reading.LARGEST + 1), "it is longer than 67108864 bytes"),
    ],
    ids=lambda value: ascii(value)[:60],
)
def test_a_mistake_is_told_with_its_path(content: str | bytes, words: str) -> None:
    assert words in problem(content)


def test_scalars_are_what_is_written() -> None:
    text = "user_pools: [{PoolName: no, UserPoolTags: {a: 2012-10-17, b: 010, c: 1e3, d: true}}]"
    [entry] = reading.read(text.encode(), "")["user_pools"]
    assert entry.members == {"PoolName": "no", "UserPoolTags": {"a": "2012-10-17", "b": "010", "c": "1e3", "d": "true"}}


def test_a_byte_order_mark_is_passed_over() -> None:
    assert reading.read(b"\xef\xbb\xbfuser_pools: []", "") == {"user_pools": []}


def test_json_and_yaml_are_read_alike() -> None:
    as_json = '{"user_pools": [{"PoolName": "a", "Policies": {"PasswordPolicy": {"MinimumLength": 9}}, "Arn": null}]}'
    as_yaml = "user_pools:\n- {PoolName: a, Policies: {PasswordPolicy: {MinimumLength: 9}}, Arn: x}\n"
    found = [reading.read(text.encode(), "")["user_pools"][0].members for text in (as_json, as_yaml)]
    assert found[0] == found[1] == {"PoolName": "a", "Policies": {"PasswordPolicy": {"MinimumLength": 9}}}


def test_all_files_with_mistakes_are_told(tmp_path: Path) -> None:
    for name, content in (("a.yaml", "user_pools: {}"), ("b.yaml", EXAMPLE), ("c.yaml", "users: []")):
        (tmp_path / name).write_text(content, encoding="utf-8")
    paths = tuple(tmp_path / name for name in ("a.yaml", "b.yaml", "c.yaml", "d.yaml", "."))
    with pytest.raises(SeedsWrong) as caught:
        Files(paths).check()
    assert caught.value.problems == [
        f"{tmp_path}/a.yaml: user_pools: it is no list",
        f"{tmp_path}/c.yaml: users: there is no such list; there are user_pools, identity_pools, lambda_functions, "
        "roles, oidc_providers, saml_providers, people, signing_keys",
        f"{tmp_path}/d.yaml: No such file or directory",
        f"{tmp_path}: it is a directory",
    ]


def test_two_files_do_not_describe_the_same(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(EXAMPLE, encoding="utf-8")
    with pytest.raises(SeedsWrong) as caught:
        Files((tmp_path / "a.yaml", tmp_path / "b.yaml")).check()
    told = f"{tmp_path}/b.yaml: user_pools[0]: it describes the same as user_pools[0] of {tmp_path}/a.yaml"
    assert caught.value.problems == [told]


def test_a_file_is_read_again_once_it_has_changed(tmp_path: Path) -> None:
    path = tmp_path / "seed.yaml"
    path.write_text("user_pools: [{PoolName: a}]", encoding="utf-8")
    files = Files((path,))
    with files.entries() as first:
        pass
    with files.entries() as second:
        assert second is first
    path.write_text("user_pools: [{PoolName: another}]", encoding="utf-8")
    with files.entries() as third:
        assert [entry.members["PoolName"] for entry in third["user_pools"]] == ["another"]
