"""What the tests about choice share: pools whose users may begin without a password, and the calls of a choice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from storage.store import Store
from storage.tables.tokens import token_families
from tests.api.people import confirm
from tests.api.signing_in import begin
from tests.builders import FLOWS, Api, a_client, a_pool, a_user, pairs

MAIL, PHONE = "ana@example.com", "+15555559934"
EVERY_FACTOR = ["PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"]
BY_PASSWORD = ["PASSWORD_SRP", "PASSWORD"]
OFFERED = [*BY_PASSWORD, "EMAIL_OTP", "SMS_OTP"]
MISMATCH = "CodeMismatchException: Invalid code or auth state for the user."
INVALID = "NotAuthorizedException: Invalid session for the user."
ONCE = "NotAuthorizedException: Invalid session for the user, session can only be used once."
EXPIRED = "NotAuthorizedException: Invalid session for the user, session is expired."

Answer = dict[str, Any]


@dataclass
class Place:
    """A pool that allows first factors beside the password, and a client that allows choice."""

    api: Api
    pool: str
    client: str

    def begin(self, username: str = "ana", **parameters: str) -> Answer:
        """InitiateAuth, with USER_AUTH."""
        return begin(self.api, self.client, "USER_AUTH", USERNAME=username, **parameters)

    def prefer(self, challenge: str, username: str = "ana", **parameters: str) -> Answer:
        """InitiateAuth, with USER_AUTH and a preference."""
        return self.begin(username, PREFERRED_CHALLENGE=challenge, **parameters)

    def answer(self, challenge: Answer, username: str = "ana", **responses: str) -> Answer:
        """RespondToAuthChallenge, to whichever challenge it is."""
        return self.api.idp(
            "RespondToAuthChallenge",
            ClientId=self.client,
            ChallengeName=challenge["ChallengeName"],
            Session=challenge["Session"],
            ChallengeResponses={"USERNAME": username, **responses},
        )


def policy(*factors: str) -> Answer:
    """The setting of a pool that allows these first factors."""
    return {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": list(factors)}}}


def a_place(api: Api, *factors: str, users: str = "LEGACY", **pool: Any) -> Place:
    """A pool that allows these first factors (all, where none is named), and a client; LEGACY tells who exists."""
    made = a_pool(api, **policy(*(factors or EVERY_FACTOR)), **pool)
    return Place(api, made, a_choosing_client(api, made, PreventUserExistenceErrors=users))


def a_choosing_client(api: Api, pool: str, **members: Any) -> str:
    """A client that allows choice, beside passwords and refresh."""
    return a_client(api, pool, ExplicitAuthFlows=[*FLOWS, "ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH"], **members)


def ana(place: Place, *names: str, username: str = "ana", **attributes: str) -> None:
    """A confirmed user with a password and these of her addresses, unverified."""
    addresses = {"email": MAIL, "phone_number": PHONE}
    a_user(place.api, place.pool, username, **{name: addresses[name] for name in names}, **attributes)


def join(place: Place, username: str = "ana", **members: Any) -> str:
    """SignUp, without a password where none is given; answers its session."""
    attributes = pairs({"email": f"{username}@example.com"})
    members = {"ClientId": place.client, "Username": username, "UserAttributes": attributes, **members}
    return str(place.api.idp("SignUp", **members)["Session"])


def confirmed(place: Place, username: str = "ana", **members: Any) -> str:
    """ConfirmSignUp; answers its session."""
    return str(confirm(place.api, place.client, place.api.code(user=username), username, **members)["Session"])


def joined(place: Place, username: str = "ana", **members: Any) -> str:
    """Sign-up from beginning to end; answers the session for InitiateAuth."""
    return confirmed(place, username, Session=join(place, username, **members))


def go_on(place: Place, session: str, username: str = "ana", flow: str = "USER_AUTH", **parameters: str) -> Any:
    """InitiateAuth with a session."""
    members = {"ClientId": place.client, "AuthFlow": flow, "Session": session}
    return place.api.idp("InitiateAuth", **members, AuthParameters={"USERNAME": username, **parameters})


def families_of(store: Store) -> Callable[[], int]:
    """How many sign-ins have come to tokens so far."""

    def count() -> int:
        with store.unit(writes=False) as unit:
            return int(unit.read(select(func.count()).select_from(token_families)).scalar_one())

    return count
