"""Recoveries as callers make them: what a test does not say is defaulted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from emulator.outside.background import Queue
from tests.builders import Api, a_client, a_pool

MINUTE, HOUR, DAY = 60.0, 3_600.0, 86_400.0
PAUSED = "The user pool doesn't accept write operations while a point-in-time recovery is in progress."
REFUSED = f"OperationNotEnabledException: {PAUSED}"
STRANGER = "00000000-0000-4000-8000-000000000000"
"""The id of no recovery."""


@dataclass
class Recovering:
    """A pool that is an hour old, and its recoveries."""

    api: Api
    pool: str
    client: str = ""

    @classmethod
    def of(cls, api: Api, tier: str = "ESSENTIALS", age: float = HOUR, **pool: Any) -> Recovering:
        """A pool of a tier, and a client of it."""
        made = a_pool(api, UserPoolTier=tier, **pool)
        client = a_client(api, made)
        api.world.clock.advance(seconds=age)
        return cls(api, made, client)

    @property
    def now(self) -> float:
        """The server's time."""
        return self.api.world.clock.now()

    def initiate(self, ago: float = 15 * MINUTE) -> str:
        """Initiate a recovery to a time ago; answers its id."""
        return str(self.initiated(ago)["RestoreId"])

    def initiated(self, ago: float = 15 * MINUTE) -> dict[str, Any]:
        """Initiate a recovery to a time ago; answers the restoration."""
        asked = {"UserPoolId": self.pool, "RestoreTimestamp": self.now - ago}
        return dict(self.api.idp("InitiatePointInTimeRecovery", **asked)["Restoration"])

    def previewed(self, ago: float = 15 * MINUTE) -> str:
        """A recovery whose preview is there; answers its id."""
        recovery = self.initiate(ago)
        self.work()
        assert self.status(recovery) == "PREVIEW_GENERATED"
        return recovery

    def recover(self, ago: float = 15 * MINUTE) -> dict[str, tuple[int, int, int]]:
        """Recover to a time ago, from the beginning to the end; answers the preview."""
        recovery = self.previewed(ago)
        preview = self.preview(recovery)
        self.ask("StartPointInTimeRecovery", recovery)
        self.work()
        assert self.status(recovery) == "RESTORE_COMPLETED"
        return preview

    def ask(self, operation: str, recovery: str) -> dict[str, Any]:
        """Describe, Start or Cancel a recovery; answers the restoration."""
        asked = {"UserPoolId": self.pool, "RestoreId": recovery}
        return dict(self.api.idp(operation, **asked)["Restoration"])

    def status(self, recovery: str) -> str:
        """The status of a recovery."""
        return str(self.ask("DescribePointInTimeRecovery", recovery)["RestoreStatus"])

    def preview(self, recovery: str) -> dict[str, tuple[int, int, int]]:
        """The preview of a recovery: how many of each entity it creates, updates and deletes."""
        shown = self.ask("DescribePointInTimeRecovery", recovery)["RestorePreview"]
        return {each["Entity"]: (each["CreateCount"], each["UpdateCount"], each["DeleteCount"]) for each in shown}

    def listed(self, **page: Any) -> dict[str, Any]:
        """ListPointInTimeRecoveries."""
        return self.api.idp("ListPointInTimeRecoveries", UserPoolId=self.pool, **page)

    def work(self) -> None:
        """Let the work in the background happen."""
        assert isinstance(self.api.world.background, Queue)
        self.api.world.background.work()

    def is_paused(self) -> bool:
        """Whether a group cannot be created."""
        response = self.api.http.post(
            "/",
            json={"UserPoolId": self.pool, "GroupName": f"group{self.api.world.entropy.token_bytes(4).hex()}"},
            headers={"X-Amz-Target": "AWSCognitoIdentityProviderService.CreateGroup"},
        )
        return bool(response.status_code != 200)
