"""A pool in which a hundred users come, change and go, by a seeded choice of calls; and how it looks at a moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from keys import entropy, totp
from keys.entropy import SeededEntropy
from tests.api.recovery.recovering import Recovering
from tests.builders import Api, Refused, a_client, a_pool, pairs
from tests.keys.authenticator import Authenticator

MOST = 100
_POLICIES = {
    "SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]},
    "PasswordPolicy": {"TemporaryPasswordValidityDays": 365},
}
_CHOICES = (
    *("create",) * 6,
    *("change",) * 6,
    *("set_password",) * 3,
    *("join", "leave") * 2,
    *("enrol", "unenrol", "register", "unregister", "disable", "enable", "delete", "delete", "create_again"),
    *("new_group", "change_group", "drop_group"),
)


@dataclass
class Person:
    """What somebody signs in with. `password` is never used twice, so that another one has been set if it differs."""

    password: str
    secret: str = ""


@dataclass
class Look:
    """The town at a moment: who is there, by username, what they have, and how they sign in."""

    time: float
    users: dict[str, dict[str, Any]]
    groups: list[dict[str, Any]]
    members: dict[str, list[str]]
    entered: dict[str, str]
    passkeys: dict[str, list[str]]
    people: dict[str, Person]
    tokens: dict[str, str] = field(default_factory=dict)
    """The refresh tokens of those who signed in."""

    def seen(self) -> dict[str, Any]:
        """What is compared."""
        return {
            "users": self.users,
            "groups": self.groups,
            "members": self.members,
            "entered": self.entered,
            "passkeys": self.passkeys,
        }


class Town:
    """The pool, and what its users keep in mind."""

    def __init__(self, api: Api, seed: int) -> None:
        self.api = api
        self.pool = a_pool(api, UserPoolTier="PLUS", AliasAttributes=["email"], Policies=_POLICIES)
        self.client = a_client(api, self.pool)
        methods: dict[str, Any] = {"SoftwareTokenMfaConfiguration": {"Enabled": True}}
        methods |= {"WebAuthnConfiguration": {"RelyingPartyId": "localhost"}}
        api.idp("SetUserPoolMfaConfig", UserPoolId=self.pool, MfaConfiguration="OPTIONAL", **methods)
        self.people: dict[str, Person] = {}
        self.groups: list[str] = []
        self._random = SeededEntropy(seed)
        self._count = 0

    @property
    def recovering(self) -> Recovering:
        """The recoveries of the pool."""
        return Recovering(self.api, self.pool, self.client)

    def live(self, actions: int) -> None:
        """Let this many things happen, one after another."""
        for _ in range(actions):
            self.api.world.clock.advance(seconds=1)
            act: Callable[[], None] = getattr(self, f"_{entropy.choice(self._random, _CHOICES)}")
            act()

    def look(self) -> Look:
        """How the town looks, with everybody signing in."""
        self.api.world.clock.advance(seconds=31)  # so that each authenticator app shows a new code
        users = self._every("ListUsers", "Users", "PaginationToken")
        entered, passkeys, tokens = {}, {}, {}
        for name in sorted(users):
            entered[name], signed_in = self._enter(name)
            if signed_in:
                tokens[name] = signed_in["RefreshToken"]
                passkeys[name] = self._passkeys(signed_in["AccessToken"])
        return Look(
            self.api.world.clock.now(),
            {name: self._described(name) for name in sorted(users)},
            sorted(self._every("ListGroups", "Groups", "NextToken").values(), key=lambda each: each["GroupName"]),
            {name: self._members(name) for name in sorted(users)},
            entered,
            passkeys,
            {name: Person(person.password, person.secret) for name, person in self.people.items()},
            tokens,
        )

    def _described(self, name: str) -> dict[str, Any]:
        named = {"UserPoolId": self.pool, "Username": name}
        return self.api.idp("AdminGetUser", **named) | self.api.idp("AdminGetUserAuthFactors", **named)

    def _members(self, name: str) -> list[str]:
        groups = self.api.idp("AdminListGroupsForUser", UserPoolId=self.pool, Username=name, Limit=60)["Groups"]
        return sorted(group["GroupName"] for group in groups)

    def _every(self, operation: str, items: str, token: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        more: dict[str, Any] = {}
        key = "Username" if items == "Users" else "GroupName"
        while True:
            page = self.api.idp(operation, UserPoolId=self.pool, Limit=60, **more)
            found |= {each[key]: each for each in page[items]}
            if token not in page:
                return found
            more = {token: page[token]}

    def _enter(self, name: str) -> tuple[str, dict[str, Any]]:
        """How somebody signs in with the password, and with the authenticator app if asked; and the tokens."""
        person = self.people[name]
        entered = {"USERNAME": name, "PASSWORD": person.password}
        try:
            told = self.api.idp(
                "InitiateAuth", ClientId=self.client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=entered
            )
            if told.get("ChallengeName") == "SOFTWARE_TOKEN_MFA":
                code = totp.code(person.secret, totp.step(self.api.world.clock.now()))
                answer = {"USERNAME": name, "SOFTWARE_TOKEN_MFA_CODE": code}
                told = self.api.idp(
                    "RespondToAuthChallenge",
                    ClientId=self.client,
                    ChallengeName="SOFTWARE_TOKEN_MFA",
                    Session=told["Session"],
                    ChallengeResponses=answer,
                )
                return "signed in with an app", told["AuthenticationResult"]
        except Refused as refused:
            return str(refused), {}
        return told.get("ChallengeName", "signed in"), told.get("AuthenticationResult", {})

    def _passkeys(self, token: str) -> list[str]:
        found = self.api.idp("ListWebAuthnCredentials", AccessToken=token)["Credentials"]
        return sorted(each["CredentialId"] for each in found)

    def _somebody(self) -> str:
        return str(entropy.choice(self._random, sorted(self.people) or [""]))

    def _call(self, operation: str, **members: Any) -> dict[str, Any] | None:
        """A call about the pool, which may be refused: some of what happens is a mistake."""
        try:
            return self.api.idp(operation, UserPoolId=self.pool, **members)
        except Refused:
            return None

    def _password(self) -> str:
        self._count += 1
        return f"Correct-Horse-{self._count}"

    def _create(self, name: str = "") -> None:
        self._count += 1
        name = name or f"user{self._count % MOST}"
        password, address = self._password(), f"{name}@example.com"
        given = pairs({"email": address, "email_verified": "true"})
        members = {"TemporaryPassword": password, "MessageAction": "SUPPRESS", "UserAttributes": given}
        if self._call("AdminCreateUser", Username=name, **members):
            self.people[name] = Person(password)
            if self._count % 3:
                self._set_password(name)

    def _delete(self) -> None:
        name = self._somebody()
        if self._call("AdminDeleteUser", Username=name):
            del self.people[name]

    def _create_again(self) -> None:
        name = self._somebody()
        if self._call("AdminDeleteUser", Username=name):
            self._create(name)

    def _change(self) -> None:
        """Change a user's name or address. The address may be another's, whom it is taken from or not."""
        name, other = self._somebody(), self._somebody()
        self._count += 1
        changes: list[dict[str, str]] = [{"name": f"Name {self._count}"}, {"nickname": ""}]
        changes += [{"email": f"{other}@example.com", "email_verified": "true"}]
        change = entropy.choice(self._random, changes)
        self._call("AdminUpdateUserAttributes", Username=name, UserAttributes=pairs(change))

    def _set_password(self, name: str = "") -> None:
        name, password = name or self._somebody(), self._password()
        permanent = self._count % 5 != 0
        if self._call("AdminSetUserPassword", Username=name, Password=password, Permanent=permanent) is not None:
            self.people[name].password = password

    def _disable(self) -> None:
        self._call("AdminDisableUser", Username=self._somebody())

    def _enable(self) -> None:
        self._call("AdminEnableUser", Username=self._somebody())

    def _join(self) -> None:
        if self.groups:
            group = entropy.choice(self._random, self.groups)
            self._call("AdminAddUserToGroup", Username=self._somebody(), GroupName=group)

    def _leave(self) -> None:
        if self.groups:
            group = entropy.choice(self._random, self.groups)
            self._call("AdminRemoveUserFromGroup", Username=self._somebody(), GroupName=group)

    def _new_group(self) -> None:
        self._count += 1
        name = f"group{self._count % 12}"
        if self._call("CreateGroup", GroupName=name, Precedence=self._count % 5) is not None:
            self.groups.append(name)

    def _change_group(self) -> None:
        if self.groups:
            self._count += 1
            group = entropy.choice(self._random, self.groups)
            self._call("UpdateGroup", GroupName=group, Description=f"Description {self._count}")

    def _drop_group(self) -> None:
        if self.groups:
            group = entropy.choice(self._random, self.groups)
            self._call("DeleteGroup", GroupName=group)
            self.groups.remove(group)

    def _signed_in(self) -> tuple[str, str]:
        """Somebody and their access token; empty if they cannot sign in now."""
        name = self._somebody()
        self.api.world.clock.advance(seconds=31)
        return name, self._enter(name)[1].get("AccessToken", "") if name else ""

    def _enrol(self) -> None:
        name, token = self._signed_in()
        if token:
            secret = self.api.idp("AssociateSoftwareToken", AccessToken=token)["SecretCode"]
            code = totp.code(secret, totp.step(self.api.world.clock.now()))
            self.api.idp("VerifySoftwareToken", AccessToken=token, UserCode=code)
            settings = {"SoftwareTokenMfaSettings": {"Enabled": True, "PreferredMfa": True}}
            self.api.idp("SetUserMFAPreference", AccessToken=token, **settings)
            self.people[name].secret = secret

    def _unenrol(self) -> None:
        self._call("AdminDeleteSoftwareToken", Username=self._somebody())

    def _register(self) -> None:
        _, token = self._signed_in()
        if token:
            options = self.api.idp("StartWebAuthnRegistration", AccessToken=token)["CredentialCreationOptions"]
            credential = Authenticator().create(options)
            self.api.idp("CompleteWebAuthnRegistration", AccessToken=token, Credential=credential)

    def _unregister(self) -> None:
        _, token = self._signed_in()
        for credential in self._passkeys(token)[:1] if token else []:
            self.api.idp("DeleteWebAuthnCredential", AccessToken=token, CredentialId=credential)
