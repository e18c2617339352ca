"""What stands in the place of AWS: an HTTP server that the SDK is led to, and what it answers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from importlib.metadata import distribution
from pathlib import Path
from threading import Thread
from typing import Any

from tests.builders import Api
from tests.remote import Quiet

Answer = Callable[[str, dict[str, Any]], tuple[int, Any]]
"""The status and the answer of an operation to a request."""


class Place:
    """A server in the place of AWS. `asked` are the operations that it was asked for."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.asked: list[str] = []
        self.seen: list[dict[str, str]] = []
        place = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = 1 << 16  # an answer in two packets would wait for the acknowledgement of the first

            def do_POST(self) -> None:
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                operation = self.headers["X-Amz-Target"].rpartition(".")[2]
                place.asked.append(operation)
                place.seen.append(dict(self.headers))
                status, answer = place.answer(self.headers["X-Amz-Target"], request)
                body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/x-amz-json-1.1")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = Quiet(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@contextmanager
def served(answer: Answer) -> Iterator[Place]:
    """Such a server, running."""
    place = Place(answer)
    thread = Thread(target=place.server.serve_forever, args=[0.01])
    thread.start()
    try:
        yield place
    finally:
        place.server.shutdown()
        place.server.server_close()
        thread.join()


def of(api: Api) -> Answer:
    """The answers of an emulator."""

    def answer(target: str, request: dict[str, Any]) -> tuple[int, Any]:
        response = api.http.post(
            "/",
            data=json.dumps(request),
            headers={"X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.1"},
        )
        return response.status_code, response.data

    return answer


def refused(code: str, message: str, status: int = 400) -> tuple[int, Any]:
    """The answer of an operation that AWS refuses."""
    return status, {"__type": code, "message": message}


class Documented:
    """The answers in AWS's documentation: those of the AWS CLI's examples, on the first page of two."""

    def __init__(self) -> None:
        self.root = Path(str(distribution("awscli").locate_file("awscli/examples")))

    def __call__(self, target: str, request: dict[str, Any]) -> tuple[int, Any]:
        service, _, operation = target.partition(".")
        folder = "cognito-identity" if service == "AWSCognitoIdentityService" else "cognito-idp"
        name = re.sub(r"(?<!^)(?=[A-Z])", "-", operation).lower().replace("u-i-c", "ui-c")
        path = self.root / folder / f"{name}.rst"
        if not path.exists():
            return refused("ResourceNotFoundException", f"no example of {operation}")
        if "NextToken" in request or "PaginationToken" in request:
            return 200, {}
        return 200, self._consistent(operation, request, example(path))

    @staticmethod
    def _consistent(operation: str, request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
        """The example as one of the pool, clients and domain that the other examples are about."""
        match operation:
            case "DescribeUserPoolClient":
                client = answer["UserPoolClient"]
                client |= {"ClientId": request["ClientId"], "ClientName": f"app {request['ClientId']}"}
                for name in ("ReadAttributes", "WriteAttributes"):
                    client[name] = [each for each in client[name] if not each.startswith("custom:CustomAttr")]
            case "GetUserPoolMfaConfig":
                del answer["EmailMfaConfiguration"]  # the pool of describe-user-pool recovers accounts by email alone
            case "ListIdentityProviders":
                answer["Providers"] = [{"ProviderName": "Facebook", "ProviderType": "Facebook"}]
            case "DescribeUserPoolDomain" if "." in request["Domain"]:
                certificate = "arn:aws:acm:us-east-1:123456789012:certificate/a1b2c3d4-5678-90ab-cdef-EXAMPLE11111"
                answer["DomainDescription"] |= {
                    "Domain": request["Domain"],
                    "CustomDomainConfig": {"CertificateArn": certificate},
                }
        return answer


def example(path: Path) -> Any:
    """The first output in a document of the AWS CLI, one of which lacks a quotation mark."""
    after = path.read_text(encoding="utf-8").split("Output::", 1)[1]
    after = re.sub(r': (\w+)",', r': "\1",', after)
    return json.JSONDecoder().raw_decode(after[after.index("{") :])[0]
