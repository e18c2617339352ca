"""POST /: the AWS services on one path. JSON 1.1 by `X-Amz-Target`, STS by the form field `Action`, in XML or JSON.

Without Flask: its routing and contexts are a quarter of the time of a small call. `front.py` calls this.
"""

from __future__ import annotations

import json
import re
from functools import partial

from emulator import faults, responses
from emulator.dispatch import Dispatcher
from emulator.faults import Fault
from emulator.responses import Response
from emulator.web import importing, request_origin
from emulator.web.api_request import LARGEST_BODY, ApiRequest
from emulator.wire import decode, encode, model, query, targets
from emulator.wire.model import Operation
from keys.signed_requests import SignedRequest

_JSON = "application/x-amz-json-1.1"
_LONGEST_HEADER = 2_000
_UNPRINTABLE = re.compile(r"[^ -~]")


def is_query(request: ApiRequest) -> bool:
    """Whether this is a call of the query protocol, which STS speaks: by form fields, or by the URL's parameters."""
    if request.method == "POST":
        if "X-Amz-Target" in request.headers:
            return False
        return request.mimetype == "application/x-www-form-urlencoded" or "Action" in request.args
    return request.method in {"GET", "HEAD"} and "Action" in request.args


def is_call(request: ApiRequest) -> bool:
    """Whether a request of `/` calls a service. Preflights do not, nor does a GET without `Action`."""
    return request.method == "POST" or is_query(request)


def is_signed(request: ApiRequest) -> bool:
    """Whether AWS wants the operation of a call signed; False for an unknown one. The call's signature is not read."""
    operation = _operation(request)
    return operation is not None and operation.signed


def answer(dispatcher: Dispatcher, request: ApiRequest) -> Response:
    """Run one call of any service, and return its response; a refusal is a response too.

    Raises HTTPException for an invalid Host header.
    """
    received = request.as_received() if dispatcher.settings.strict_signatures else None
    if not is_query(request):
        return _json(dispatcher, request, received)
    parameters = _parameters(request)
    if parameters is None:
        return _query_refusal(request, dispatcher.refuse("", _too_large()), _request_id(dispatcher))
    return _query(dispatcher, request, parameters, received)


def refuse_page(dispatcher: Dispatcher, request: ApiRequest, words: str) -> Response:
    """The refusal, which is logged, of a call because of the web page that makes it, in the form of the called service.

    Unlike AWS: calls that a browser makes for a page of another site are refused with AccessDeniedException (STS:
    AccessDenied) and status 403 where AWS wants a signature, which such a page cannot make there.
    """
    operation = _operation(request)
    asked = operation.name if operation else request.headers.get("X-Amz-Target", "")
    if is_query(request):
        return _query_refusal(request, dispatcher.refuse(asked, faults.AccessDenied(words)), _request_id(dispatcher))
    return _refusal(dispatcher, dispatcher.refuse(asked, faults.AccessDeniedToPage(words)))


def _operation(request: ApiRequest) -> Operation | None:
    """The operation that a call names; None for one that does not exist."""
    if not is_query(request):
        return targets.operation(request.headers.get("X-Amz-Target", ""))
    try:
        return query.find_operation(model.load("sts"), _parameters(request) or {})
    except query.UnknownAction:
        return None


def _parameters(request: ApiRequest) -> dict[str, str] | None:
    """The parameters of a call of the query protocol; None if the form is too large."""
    importing.werkzeug()
    from werkzeug.exceptions import RequestEntityTooLarge

    # AWS unknown: which one GetCallerIdentity takes of a parameter that a POST has in its URL and in its form. Here the
    # latter. SDKs presign URLs for POST that hold all parameters.
    in_url = dict(request.args.items())
    try:
        return in_url | dict(request.form.items()) if request.method == "POST" else in_url
    except RequestEntityTooLarge:
        return None


def _json(dispatcher: Dispatcher, request: ApiRequest, received: SignedRequest | None) -> Response:
    target = request.headers.get("X-Amz-Target", "")
    operation = targets.operation(target)
    if operation is None:
        return _refusal(dispatcher, dispatcher.refuse_unknown(target))
    outcome = dispatcher.run(
        operation,
        lambda: decode.decode_json(operation, _body(request), dispatcher.note_unknown_members),
        lambda answer: encode.encode_json(operation, answer),
        request_origin.read(request, received),
    )
    if outcome.fault:
        response = _refusal(dispatcher, outcome.fault)
    else:
        response = _answer(outcome.body, 200, _JSON, _request_id(dispatcher))
    response.finish = partial(dispatcher.finish, outcome)
    return response


def _body(request: ApiRequest) -> bytes:
    """The whole body. The server has received it, so it needs none of Werkzeug's guards."""
    body: bytes = request.environ["wsgi.input"].read(LARGEST_BODY + 1)
    if len(body) > LARGEST_BODY:
        raise _too_large()
    return body


def _too_large() -> Fault:
    """AWS unknown: the refusal of a body that is too large, and how large it may be; eight megabytes here."""
    return faults.RequestEntityTooLargeException("Request body is too large.")


def _refusal(dispatcher: Dispatcher, fault: Fault) -> Response:
    """AWS's error body and headers. Header texts are ASCII on one line."""
    body: dict[str, str] = {"__type": fault.code}
    if fault.message is not None:
        body[fault.message_key] = fault.message
    answer = _answer(json.dumps(body | fault.extra).encode(), fault.status, _JSON, _request_id(dispatcher))
    answer.headers.append(("x-amzn-ErrorType", f"{fault.code}:"))
    if fault.message is not None:
        text = _UNPRINTABLE.sub("?", " ".join(fault.message.split()))
        answer.headers.append(("x-amzn-ErrorMessage", text[:_LONGEST_HEADER]))
    return answer


def _query(
    dispatcher: Dispatcher, request: ApiRequest, parameters: dict[str, str], received: SignedRequest | None
) -> Response:
    request_id = _request_id(dispatcher)
    try:
        operation = query.find_operation(model.load("sts"), parameters)
    except query.UnknownAction as unknown:
        fault = (faults.InvalidAction if unknown.action else faults.MissingAction)(str(unknown))
        return _query_refusal(request, dispatcher.refuse(unknown.action or "", fault), request_id)
    encode_answer = query.encode_json if _wants_json(request) else query.encode_query
    outcome = dispatcher.run(
        operation,
        lambda: query.decode_query(operation, parameters, dispatcher.note_unknown_members),
        lambda answer: encode_answer(operation, answer, request_id),
        request_origin.read(request, received),
    )
    if outcome.fault:
        response = _query_refusal(request, outcome.fault, request_id)
    else:
        response = _answer(outcome.body, 200, _query_type(request), request_id)
    response.finish = partial(dispatcher.finish, outcome)
    return response


def _query_refusal(request: ApiRequest, fault: Fault, request_id: str) -> Response:
    encode_error = query.encode_json_error if _wants_json(request) else query.encode_error
    return _answer(encode_error(fault, request_id), fault.status, _query_type(request), request_id)


def _wants_json(request: ApiRequest) -> bool:
    """Whether a caller of STS asks for JSON: if `Accept` names it, and does not name XML."""
    accepted = [each.partition(";")[0].strip().lower() for each in request.headers.get("Accept", "").split(",")]
    return "application/json" in accepted and not {"text/xml", "application/xml"} & set(accepted)


def _query_type(request: ApiRequest) -> str:
    return "application/json" if _wants_json(request) else "text/xml"


def _request_id(dispatcher: Dispatcher) -> str:
    return dispatcher.request_ids.take()


def _answer(body: bytes, status: int, content_type: str, request_id: str) -> Response:
    return responses.of(status, body, content_type, ("x-amzn-RequestId", request_id))
