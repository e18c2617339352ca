"""What others do while a call has let go of the database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.api.meanwhile.scenes import CHOSEN, MOVED, Scene
from tests.builders import pairs

Act = Callable[[Scene], Any]


def changes(scene: Scene) -> Any:
    """An administrator changes attributes of Ana, her address among them, and puts her into a group."""
    given = {"email": MOVED, "email_verified": "true", "name": "Ana"}
    scene.api.idp("AdminAddUserToGroup", **scene.named, GroupName="staff")
    return scene.api.idp("AdminUpdateUserAttributes", **scene.named, UserAttributes=pairs(given))


def gets_a_password(scene: Scene) -> Any:
    return scene.api.idp("AdminSetUserPassword", **scene.named, Password=CHOSEN, Permanent=True)


def is_reset(scene: Scene) -> Any:
    return scene.api.idp("AdminResetUserPassword", **scene.named)


def is_deleted(scene: Scene) -> Any:
    return scene.api.idp("AdminDeleteUser", **scene.named)


def is_disabled(scene: Scene) -> Any:
    return scene.api.idp("AdminDisableUser", **scene.named)


def is_signed_out(scene: Scene) -> Any:
    return scene.api.idp("AdminUserGlobalSignOut", **scene.named)


def the_client_goes(scene: Scene) -> Any:
    return scene.api.idp("DeleteUserPoolClient", UserPoolId=scene.pool, ClientId=scene.client)


def settings_change(scene: Scene) -> Any:
    """The pool and the client get settings that refuse much of what they allowed."""
    pool = scene.api.idp("DescribeUserPool", UserPoolId=scene.pool)["UserPool"]
    kept = {name: pool[name] for name in ("LambdaConfig", "AutoVerifiedAttributes") if name in pool}
    kept |= {"Policies": {**pool["Policies"], "PasswordPolicy": {"MinimumLength": 40}}}
    kept |= {"AdminCreateUserConfig": {"AllowAdminCreateUserOnly": True}}
    scene.api.idp("UpdateUserPool", UserPoolId=scene.pool, **kept)
    members = {"ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"], "PreventUserExistenceErrors": "ENABLED"}
    return scene.api.idp("UpdateUserPoolClient", UserPoolId=scene.pool, ClientId=scene.client, **members)


def a_recovery_is_initiated(scene: Scene) -> Any:
    """The pool's users and groups are paused."""
    point = scene.api.world.clock.now() - 900
    return scene.api.idp("InitiatePointInTimeRecovery", UserPoolId=scene.pool, RestoreTimestamp=point)


def the_pool_goes(scene: Scene) -> Any:
    return scene.api.idp("DeleteUserPool", UserPoolId=scene.pool)


ON_THE_USER: tuple[Act, ...] = (changes, gets_a_password, is_reset, is_deleted, is_disabled, is_signed_out)
ON_THE_POOL: tuple[Act, ...] = (the_client_goes, settings_change, a_recovery_is_initiated, the_pool_goes)
