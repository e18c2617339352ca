"""A client of AWS KMS, or of a local substitute, for GenerateDataKey."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping

from msgspec import Struct, field

from emulator.outside.aws_api import AwsApi, CallFailed
from emulator.outside.http import Http, HttpClient
from emulator.redaction import redacted
from keys.sigv4 import Credentials

_SECONDS = 5.0


class KmsFailed(Exception):
    """KMS returned no data key. The message says why, for the log."""


class WrappedKey(Struct, frozen=True):
    """A data key: in plain text, `wrapped` (encrypted under the KMS key), and the ARN of the KMS key."""

    plain: bytes
    wrapped: bytes
    key: str


class Kms(Struct, frozen=True):
    """An endpoint with KMS's JSON API. `stamp` returns the time for SigV4, as `20150830T123600Z`."""

    endpoint: str
    stamp: Callable[[], str]
    credentials: Credentials
    seconds: float = _SECONDS
    http: Http = field(default_factory=HttpClient)

    def data_key(self, key: str, length: int, context: Mapping[str, str]) -> WrappedKey:
        """Generate a data key of `length` bytes under the KMS key `key` (an ARN), with an encryption `context`.

        Raises KmsFailed.
        """
        request = {"KeyId": key, "NumberOfBytes": length, "EncryptionContext": dict(context)}
        api = AwsApi(self.endpoint, "TrentService", "kms", self.stamp, self.credentials, self.seconds, self.http)
        shown = redacted(self.endpoint)
        try:
            response = api.call("GenerateDataKey", request, key.split(":")[3])
            plain, wrapped = (
                base64.b64decode(response[name], validate=True) for name in ("Plaintext", "CiphertextBlob")
            )
            data_key = WrappedKey(plain, wrapped, response["KeyId"])
        except CallFailed as failed:
            raise KmsFailed(str(failed)) from None
        except (KeyError, TypeError, ValueError) as error:
            raise KmsFailed(f"{shown} answered no data key: {error!r}") from None
        if len(plain) != length or not wrapped or not isinstance(data_key.key, str):
            raise KmsFailed(f"{shown} answered no data key of {length} bytes")
        return data_key
