"""Tags of user pools (AWS: "Tagging resources")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.call import Call
from emulator.domain.pools import tags
from emulator.registry import operation

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import type_defs as shapes


@operation("TagResource")
def tag_resource(call: Call[shapes.TagResourceRequestTypeDef]) -> dict[str, Any]:
    """Add tags to a pool."""
    tags.tag(call, tags.tagged(call, call.request["ResourceArn"]), call.request["Tags"])
    return {}


@operation("UntagResource")
def untag_resource(call: Call[shapes.UntagResourceRequestTypeDef]) -> dict[str, Any]:
    """Remove tags from a pool."""
    tags.untag(call, tags.tagged(call, call.request["ResourceArn"]), call.request["TagKeys"])
    return {}


@operation("ListTagsForResource", reads=True)
def list_tags_for_resource(call: Call[shapes.ListTagsForResourceRequestTypeDef]) -> dict[str, Any]:
    """List the tags of a pool."""
    return {"Tags": tags.of(tags.tagged(call, call.request["ResourceArn"]))}
