"""Encryption with the AWS Encryption SDK: the only module that imports `aws_encryption_sdk`, which imports boto3.

The library is an optional dependency, `cognito-emulator[senders]`, so this module is imported only when needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attr
from aws_encryption_sdk import CommitmentPolicy, EncryptionSDKClient
from aws_encryption_sdk.identifiers import Algorithm
from aws_encryption_sdk.key_providers.base import MasterKey, MasterKeyConfig
from aws_encryption_sdk.structures import DataKey, MasterKeyInfo

from emulator.outside.kms import Kms

_ALGORITHM = Algorithm.AES_256_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384
"""The algorithm of Cognito's messages, without key commitment: readers need REQUIRE_ENCRYPT_ALLOW_DECRYPT."""
_client = EncryptionSDKClient(commitment_policy=CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT)


def encrypted(secret: bytes, kms: Kms, key: str, context: Mapping[str, str]) -> bytes:
    """Encrypt `secret` under the KMS key `key` (an ARN) with an encryption context. Raises KmsFailed."""
    provider = _Key(key_id=key, kms=kms)
    message, _ = _client.encrypt(
        source=secret, key_provider=provider, encryption_context=dict(context), algorithm=_ALGORITHM
    )
    return bytes(message)


@attr.s(hash=True)
class _Config(MasterKeyConfig):  # type: ignore[misc]  # the library has no types
    provider_id = "aws-kms"
    kms: Kms = attr.ib(hash=True, kw_only=True)


class _Key(MasterKey):  # type: ignore[misc]
    """A master key for encryption only, by the client in `kms.py`; the library's own uses boto3."""

    provider_id = _Config.provider_id
    _config_class = _Config

    def _generate_data_key(self, algorithm: Any, encryption_context: Mapping[str, str]) -> Any:
        key = self.config.kms.data_key(self.key_id.decode(), algorithm.kdf_input_len, encryption_context)
        return DataKey(MasterKeyInfo(self.provider_id, key.key), key.plain, key.wrapped)

    def _encrypt_data_key(self, data_key: Any, algorithm: Any, encryption_context: Any) -> Any:
        raise NotImplementedError("there is one key a message, which wraps its own data key")

    def _decrypt_data_key(self, encrypted_data_key: Any, algorithm: Any, encryption_context: Any) -> Any:
        raise NotImplementedError("what is encrypted here is read elsewhere")
