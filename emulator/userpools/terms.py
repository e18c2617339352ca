"""Terms documents of app clients."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from emulator.call import Call
from emulator.domain.branding import terms
from emulator.registry import operation
from storage.records.brandings import Terms

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import type_defs as shapes


@operation("CreateTerms")
def create_terms(call: Call[shapes.CreateTermsRequestTypeDef]) -> dict[str, Any]:
    """Create a terms document of an app client."""
    return {"Terms": _shown(terms.create(call, call.named_client, call.request, call.pins.get("Id")))}


@operation("DescribeTerms", reads=True)
def describe_terms(call: Call[shapes.DescribeTermsRequestTypeDef]) -> dict[str, Any]:
    """Describe a terms document by its id."""
    return {"Terms": _shown(_named(call))}


@operation("DescribeTermsByClient", reads=True)
def describe_terms_by_client(call: Call[shapes.DescribeTermsByClientRequestTypeDef]) -> dict[str, Any]:
    """Describe a terms document of an app client by its name."""
    return {"Terms": _shown(terms.of_client(call, call.pool, call.named_client, call.request["TermsName"]))}


@operation("UpdateTerms")
def update_terms(call: Call[shapes.UpdateTermsRequestTypeDef]) -> dict[str, Any]:
    """Change a terms document. Members that the request leaves out stay."""
    return {"Terms": _shown(terms.change(call, _named(call), call.request))}


@operation("DeleteTerms")
def delete_terms(call: Call[shapes.DeleteTermsRequestTypeDef]) -> None:
    """Delete a terms document."""
    call.unit.terms.delete(_named(call))


@operation("ListTerms", reads=True)
def list_terms(call: Call[shapes.ListTermsRequestTypeDef]) -> dict[str, Any]:
    """List the terms documents of a pool."""
    page = call.page(partial(call.unit.terms.page, call.pool.id), "MaxResults", "NextToken")
    return {"Terms": page.of(_listed), "NextToken": page.token}


def _named(call: Call[Any]) -> Terms:
    return terms.named(call, call.pool, call.request["TermsId"])


def _shown(document: Terms) -> dict[str, Any]:
    """TermsType."""
    return {
        "TermsId": document.id,
        "UserPoolId": document.pool_id,
        "ClientId": document.client_id,
        "TermsName": document.name,
        **document.settings,
        "CreationDate": document.created,
        "LastModifiedDate": document.modified,
    }


def _listed(document: Terms) -> dict[str, Any]:
    """TermsDescriptionType."""
    return {
        "TermsId": document.id,
        "TermsName": document.name,
        "Enforcement": document.settings["Enforcement"],
        "CreationDate": document.created,
        "LastModifiedDate": document.modified,
    }
