"""What the entries of a seed file may hold: members of AWS's requests, by the service models, and some of our own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Literal

from msgspec import Struct, field

from emulator.seed.values import Misfit, arranged, reader, unknown
from emulator.wire import model
from emulator.wire.model import ServiceModel, Shape


class OwnShape(Shape):
    """A structure or a list of our own, beside those of the service models."""

    def __init__(self, name: str, members: Mapping[str, Shape] | Shape, required: tuple[str, ...] = ()) -> None:
        kind = "list" if isinstance(members, Shape) else "structure"
        super().__init__(_OWN, name, {"type": kind, "required": list(required)})
        self.__dict__["content"] = members

    @cached_property
    def members(self) -> Mapping[str, Shape]:
        """The members of a structure."""
        content: Mapping[str, Shape] | Shape = self.__dict__["content"]
        return {} if isinstance(content, Shape) else content

    def part(self, name: Literal["member", "key", "value"]) -> Shape:  # noqa: ARG002 - there is one part
        """The element of a list."""
        content: Shape = self.__dict__["content"]
        return content


_OWN = ServiceModel(
    "seed",
    {
        "metadata": {"protocol": "json", "apiVersion": ""},
        "operations": {},
        "shapes": {
            "Text": {"type": "string", "min": 1},
            "AnyText": {"type": "string"},
            "Secret": {"type": "string", "min": 1, "sensitive": True},
            "Flag": {"type": "boolean"},
            "Number": {"type": "integer"},
            "Time": {"type": "timestamp"},
            "Sealed": {"type": "blob"},
            "Document": {"type": "structure", "document": True},
            "Texts": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "AnyText"}},
        },
    },
)
TEXT, ANY_TEXT, SECRET, FLAG, NUMBER, TIME, SEALED, DOCUMENT, TEXT_MAP = map(
    _OWN.shape, ("Text", "AnyText", "Secret", "Flag", "Number", "Time", "Sealed", "Document", "Texts")
)
"""The types of our own members. A `SECRET` is a text that must not be quoted, `SEALED` bytes, in base64 in a file."""


def listing(element: Shape) -> Shape:
    """A list of our own."""
    return OwnShape("Listed", element)


def structure(members: Mapping[str, Shape], required: tuple[str, ...] = ()) -> Shape:
    """A structure of our own."""
    return OwnShape("Members", members, required)


def input_of(operation: str, service: model.Name = "cognito-idp") -> Shape:
    """The shape of an operation's request."""
    return model.load(service).operations[operation].input


def output_of(operation: str, member: str, service: model.Name = "cognito-idp") -> Shape:
    """The shape of a member of an operation's answer."""
    output = model.load(service).operations[operation].output
    if output is None:
        raise LookupError(f"{operation} has no answer")
    return output.members[member]


class Members(Struct, frozen=True, eq=False):
    """What an entry may hold. `shapes` are by the member's name, in the order of an export.

    `shown` has the names that AWS shows but nobody can set: accepted and passed over. `renamed` are other names of
    members. `envelopes` are members that hold the others, in what the AWS CLI prints.
    """

    shapes: Mapping[str, Shape]
    required: frozenset[str] = frozenset()
    shown: frozenset[str] = frozenset()
    renamed: Mapping[str, str] = field(default_factory=dict)
    envelopes: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    """For the JSON Schema: what our own members mean."""

    @classmethod
    def of(  # noqa: PLR0913 - a declaration
        cls,
        request: Shape,
        *,
        without: tuple[str, ...] = (),
        own: Mapping[str, Shape] | None = None,
        required: tuple[str, ...] = (),
        shown: Shape | None = None,
        shown_too: tuple[str, ...] = (),
        renamed: Mapping[str, str] | None = None,
        envelopes: tuple[str, ...] = (),
        words: Mapping[str, str] | None = None,
    ) -> Members:
        """The members of a request `without` some, and our `own`; passed over are the other members of what is `shown`.

        `required` are in addition to those that the request requires.
        """
        taken = {name: shape for name, shape in request.members.items() if name not in without}
        shapes = {**(own or {}), **taken}
        passed_over = {*(shown.members if shown else ()), *shown_too, "ResponseMetadata"} - shapes.keys()
        return cls(
            shapes,
            (request.required & taken.keys()) | frozenset(required),
            frozenset(passed_over) - (renamed or {}).keys(),
            renamed or {},
            envelopes,
            words or {},
        )

    def opened(self, raw: Any) -> Mapping[str, Any]:
        """The entry without its envelope. Raises `Misfit`."""
        if not isinstance(raw, Mapping):
            raise Misfit("it is no mapping")
        for envelope in self.envelopes:
            inner = raw.get(envelope)
            if isinstance(inner, Mapping):
                beside = {name: value for name, value in raw.items() if name != envelope}
                twice = inner.keys() & beside.keys()
                if twice:
                    raise Misfit(f"it is beside {envelope} and in it", min(twice))
                return {**inner, **beside}
        return raw

    def arranged(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        """An entry of an export with its members in the order of the shapes, so that the same is written alike."""
        return {name: arranged(shape, entry[name]) for name, shape in self.shapes.items() if name in entry}

    def typed(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """The members of an entry with their types. Raises `Misfit`."""
        found: dict[str, Any] = {}
        for written, value in raw.items():
            name = self.renamed.get(written, written)
            shape = self.shapes.get(name)
            if shape is None:
                if name in self.shown:
                    continue
                raise Misfit(unknown(name, self.shapes), written)
            if name in found:
                raise Misfit(f"it is the same as {name}, which is there too", written)
            try:
                found[name] = reader(shape)(value)
            except Misfit as misfit:
                raise misfit.within(written) from None
        for name in self.shapes:
            if name in self.required and name not in found:
                raise Misfit("it is missing", name)
        return found
