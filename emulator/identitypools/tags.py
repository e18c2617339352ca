"""The tags of identity pools."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.call import Call
from emulator.domain.identities import pool_tags
from emulator.registry import operation

if TYPE_CHECKING:
    from mypy_boto3_cognito_identity import type_defs as shapes


@operation("TagResource")
def tag_resource(call: Call[shapes.TagResourceInputTypeDef]) -> dict[str, Any]:
    """Add tags to an identity pool."""
    pool_tags.tag(call, pool_tags.tagged(call, call.request["ResourceArn"]), call.request["Tags"])
    return {}


@operation("UntagResource")
def untag_resource(call: Call[shapes.UntagResourceInputTypeDef]) -> dict[str, Any]:
    """Remove tags from an identity pool."""
    pool_tags.untag(call, pool_tags.tagged(call, call.request["ResourceArn"]), call.request["TagKeys"])
    return {}


@operation("ListTagsForResource", reads=True)
def list_tags_for_resource(call: Call[shapes.ListTagsForResourceInputTypeDef]) -> dict[str, Any]:
    """The tags of an identity pool."""
    return {"Tags": pool_tags.of(pool_tags.tagged(call, call.request["ResourceArn"]))}
