"""A custom sender as users write it: it decrypts its codes with AWS's own library and a KMS beside the server."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import aws_encryption_sdk
import pytest
from aws_encryption_sdk import CommitmentPolicy, StrictAwsKmsMasterKeyProvider
from botocore.session import Session

from tests import kms
from tests.kms import KEY, LocalKms
from tests.sdk.conftest import Start

ARN = "arn:aws:lambda:us-east-1:000000000000:function:sender"
SENDER = {"LambdaVersion": "V1_0", "LambdaArn": ARN}
CLEAN = "Temporary-Horse-3<&>"


class Application:
    """The function, behind a webhook; it keeps what it would send."""

    def __init__(self, session: Session) -> None:
        self.sent: list[tuple[str, str]] = []
        self.session = session
        application = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                application.take(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def take(self, event: dict[str, Any]) -> None:
        """Decrypt a code as AWS's guide does."""
        client = aws_encryption_sdk.EncryptionSDKClient(
            commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_ALLOW_DECRYPT
        )
        provider = StrictAwsKmsMasterKeyProvider(key_ids=[KEY], botocore_session=self.session)
        source = base64.b64decode(event["request"]["code"])
        code, header = client.decrypt(source=source, key_provider=provider)
        assert header.encryption_context["userpool-id"] == event["userPoolId"]
        self.sent.append((event["triggerSource"], code.decode()))


@pytest.fixture
def server() -> Iterator[LocalKms]:
    with kms.running() as running:
        yield running


@pytest.fixture
def application(server: LocalKms, monkeypatch: pytest.MonkeyPatch) -> Iterator[Application]:
    monkeypatch.setenv("AWS_ENDPOINT_URL_KMS", server.url)
    session = Session()
    session.set_credentials("AKIAQAAAAAAAAAAAAAAA", "secret")
    running = Application(session)
    thread = threading.Thread(target=running.server.serve_forever, args=[0.01])
    thread.start()
    yield running
    running.server.shutdown()
    running.server.server_close()
    thread.join()


def test_users_confirm_with_codes_that_the_function_decrypted(
    start: Start, server: LocalKms, application: Application
) -> None:
    running = start("--ephemeral", "--kms-endpoint", server.url, "--lambda-functions", f"sender={application.url}")
    idp = running.client("cognito-idp")
    config = {"CustomEmailSender": SENDER, "CustomSMSSender": SENDER, "KMSKeyID": KEY}
    verified = {"AutoVerifiedAttributes": ["email", "phone_number"]}
    pool = idp.create_user_pool(PoolName="pool", LambdaConfig=config, **verified)["UserPool"]["Id"]
    client = idp.create_user_pool_client(UserPoolId=pool, ClientName="web")["UserPoolClient"]["ClientId"]
    for name, attribute in (("ana", "email"), ("bea", "phone_number")):
        value = "ana@example.com" if attribute == "email" else "+15555550123"
        given = [{"Name": attribute, "Value": value}]
        idp.sign_up(ClientId=client, Username=name, Password="Correct-Horse-1", UserAttributes=given)
        idp.confirm_sign_up(ClientId=client, Username=name, ConfirmationCode=application.sent[-1][1])
    idp.admin_create_user(
        UserPoolId=pool,
        Username="cleo",
        TemporaryPassword=CLEAN,
        DesiredDeliveryMediums=["EMAIL"],
        UserAttributes=[{"Name": "email", "Value": "cleo@example.com"}],
    )
    assert application.sent[-1] == ("CustomEmailSender_AdminCreateUser", "Temporary-Horse-3&lt;&amp;&gt;")
    sources = [source for source, _ in application.sent]
    assert sources[:2] == ["CustomEmailSender_SignUp", "CustomSMSSender_SignUp"]


def test_without_a_kms_the_answer_says_what_is_needed(start: Start, application: Application) -> None:
    running = start("--ephemeral", "--lambda-functions", f"sender={application.url}")
    idp = running.client("cognito-idp")
    config = {"CustomEmailSender": SENDER, "KMSKeyID": KEY}
    pool = idp.create_user_pool(PoolName="pool", LambdaConfig=config, AutoVerifiedAttributes=["email"])["UserPool"][
        "Id"
    ]
    given = [{"Name": "email", "Value": "ana@example.com"}]
    with pytest.raises(idp.exceptions.ClientError, match=r"needs a KMS \(the setting kms-endpoint\)"):
        idp.admin_create_user(UserPoolId=pool, Username="ana", DesiredDeliveryMediums=["EMAIL"], UserAttributes=given)
    assert idp.list_users(UserPoolId=pool)["Users"] == []
