"""Users as entries of a seed, read page by page: what comes out goes in again, and all sign-ins work."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.domain.credentials import verifiers
from emulator.domain.factors import devices, software_tokens
from emulator.domain.providers import linked_identities
from emulator.seed import users_entries, users_hashes, users_passwords
from emulator.seed.exports import Exporting
from emulator.seed.users_belongings import PASSKEY_SETTINGS
from emulator.userpools.views import attributes_shown
from storage.records.factors import Device, Passkey
from storage.records.pools import Pool
from storage.records.providers import Link
from storage.records.users import User
from storage.repositories.belongings import Belongings


def entries(exporting: Exporting, pool_id: str) -> Iterator[dict[str, Any]]:
    """The users of a pool, the oldest first. Holds one page of them in memory."""
    pool, users = exporting.unit.pools.get(pool_id), exporting.unit.users
    if pool is None:
        return
    for page in exporting.pages(lambda limit, token: users.page(pool_id, limit, token)):
        belongings = exporting.unit.belongings.of([user.id for user in page])
        for user in page:
            yield _entry(exporting, pool, user, belongings.get(user.id) or Belongings())


def _entry(exporting: Exporting, pool: Pool, user: User, has: Belongings) -> dict[str, Any]:
    return {
        "Username": user.username,
        "UserAttributes": attributes_shown(user),
        "Enabled": user.enabled,
        "UserStatus": user.status,
        **({"groups": has.groups} if has.groups else {}),
        **{name: user.settings[name] for name in users_entries.MFA if user.settings.get(name)},
        **_password(exporting, pool, user),
        **({"PastPasswordHashes": [users_hashes.shown(kept) for kept in has.past]} if has.past else {}),
        **_software_token(exporting, user, has),
        **_listed("LinkedProviders", [_link(link) for link in has.links if _needs_naming(link)]),
        **_listed("Devices", [_device(exporting, user, device) for device in has.devices]),
        **_listed("WebAuthnCredentials", [_passkey(passkey) for passkey in has.passkeys]),
    }


def _listed(name: str, values: list[dict[str, Any]]) -> dict[str, Any]:
    return {name: values} if values else {}


def _password(exporting: Exporting, pool: Pool, user: User) -> dict[str, Any]:
    if user.password is None:
        return {}
    verifier = verifiers.of(exporting.context, user)
    shown = users_passwords.shown(verifier, pool) if verifier else None
    kept = exporting.secret("Verifier", shown, users_passwords.purpose("verifier", user))
    return {"PasswordHash": users_hashes.shown(user.password), **kept}


def _software_token(exporting: Exporting, user: User, has: Belongings) -> dict[str, Any]:
    secret = software_tokens.secret(exporting.context, user, has.token)
    if secret is None or has.token is None:
        return {}
    kept = exporting.secret("SecretCode", secret, users_passwords.purpose("software token", user))
    return kept | ({"FriendlyDeviceName": has.token.name} if has.token.name else {})


def _needs_naming(link: Link) -> bool:
    """Whether the attribute `identities` does not tell by which attribute of the provider a link is."""
    return link.attribute != linked_identities.SUBJECT


def _link(link: Link) -> dict[str, str]:
    return {
        "ProviderName": link.provider,
        "ProviderAttributeName": link.attribute,
        "ProviderAttributeValue": link.value,
    }


def _device(exporting: Exporting, user: User, device: Device) -> dict[str, Any]:
    verifier = devices.verifier(exporting.context, device)
    shown = f"{verifier.number.hex()}:{verifier.salt.hex()}"
    return {
        "DeviceKey": device.key,
        "DeviceGroupKey": device.group_key,
        **({"DeviceName": device.settings["Name"]} if "Name" in device.settings else {}),
        **({"LastIp": device.settings["LastIp"]} if "LastIp" in device.settings else {}),
        "Remembered": device.remembered,
        **exporting.secret("Verifier", shown, users_passwords.purpose(f"device {device.key}", user)),
    }


def _passkey(passkey: Passkey) -> dict[str, Any]:
    return {
        "CredentialId": passkey.id,
        **{name: passkey.settings[name] for name in PASSKEY_SETTINGS if name in passkey.settings},
        "PublicKey": passkey.public_key,
        "SignCount": passkey.sign_count,
    }
