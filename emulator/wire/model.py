"""The service models: the input, output and errors of each operation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import msgspec
from msgspec import Struct

Name = Literal["cognito-idp", "cognito-identity", "sts"]
Spec = Mapping[str, Any]

_MODELS = Path(__file__).parent / "models"
# Unlike AWS: CreateUserPoolClient and UpdateUserPoolClient accept a ClientName that begins with `_custom_id_:`, which
# pins the client's id, as in LocalStack. AWS's pattern of names does not allow the colon.
_BESIDES = {("cognito-idp", "ClientNameType"): "_custom_id_:.*"}
"""(service, shape) → a pattern of further accepted texts."""


@dataclass(frozen=True, eq=False)
class Shape:
    """One type of a model. Constraints that the model does not have are None or empty."""

    model: ServiceModel
    name: str
    spec: Spec

    @property
    def kind(self) -> str:
        """structure, list, map, string, integer, long, boolean, timestamp, blob or document."""
        return "document" if self.spec.get("document") else str(self.spec["type"])

    @property
    def sensitive(self) -> bool:
        """Whether messages and logs must not quote values."""
        return bool(self.spec.get("sensitive"))

    @property
    def min(self) -> int | None:
        """The minimum of a number, the minimum length of everything else."""
        return self.spec.get("min")

    @property
    def max(self) -> int | None:
        """The maximum of a number, the maximum length of everything else."""
        return self.spec.get("max")

    @property
    def pattern(self) -> str | None:
        """A Java regular expression that the whole text must match."""
        return self.spec.get("pattern")

    @property
    def besides(self) -> str | None:
        """A pattern of texts that are accepted although they violate the model's. Error messages do not mention it."""
        return _BESIDES.get((self.model.name, self.name))

    @property
    def enum(self) -> tuple[str, ...]:
        """The allowed values; empty if any value is."""
        return tuple(self.spec.get("enum", ()))

    @cached_property
    def members(self) -> Mapping[str, Shape]:
        """A structure's members, in the model's order, which is the order of violations in a message."""
        named = self.spec.get("members", {}).items()
        return MappingProxyType({name: self.model.shape(ref["shape"]) for name, ref in named})

    @property
    def required(self) -> frozenset[str]:
        """The names of the members that a structure must have."""
        return frozenset(self.spec.get("required", ()))

    def part(self, name: Literal["member", "key", "value"]) -> Shape:
        """The element of a list; the key or the value of a map."""
        return self.model.shape(self.spec[name]["shape"])


class Operation(Struct, frozen=True, eq=False, dict=True):  # `dict`, for its cached properties
    """One operation of a service."""

    model: ServiceModel
    name: str
    spec: Spec

    @property
    def service(self) -> str:
        """The service's name, `cognito-idp`."""
        return self.model.name

    @cached_property
    def input(self) -> Shape:
        """The shape of a request; a structure without members if the model names none."""
        return self._referred("input") or Shape(self.model, f"{self.name}Input", {"type": "structure"})

    @cached_property
    def output(self) -> Shape | None:
        """The shape of an answer; None if the body is empty."""
        return self._referred("output")

    @property
    def result_wrapper(self) -> str | None:
        """The query protocol's element around an answer, `AssumeRoleResult`."""
        wrapper: str | None = self.spec.get("output", {}).get("resultWrapper")
        return wrapper

    @cached_property
    def errors(self) -> frozenset[str]:
        """The codes (as on the wire) that the operation declares."""
        return frozenset(self.model.errors[error["shape"]].code for error in self.spec["errors"])

    @cached_property
    def signed(self) -> bool:
        """Whether AWS demands a SigV4 signature. Other operations are open, or demand an access token."""
        return self.spec.get("authtype") != "none" and "smithy.api#noAuth" not in self.spec.get("auth", ())

    def _referred(self, part: Literal["input", "output"]) -> Shape | None:
        ref = self.spec.get(part)
        return self.model.shape(ref["shape"]) if ref else None


class ErrorShape(Struct, frozen=True):
    """An exception of a model: its shape's name, its code on the wire and its HTTP status."""

    name: str
    code: str
    status: int


class ServiceModel:
    """One service, as its model describes it."""

    def __init__(self, name: str, spec: Spec) -> None:
        metadata = spec["metadata"]
        self.name = name
        self.protocol: str = metadata["protocol"]
        self.version: str = metadata["apiVersion"]
        self.target_prefix: str | None = metadata.get("targetPrefix")
        self.xml_namespace: str | None = metadata.get("xmlNamespace")
        self._shapes: Mapping[str, Spec] = spec["shapes"]
        self._known: dict[str, Shape] = {}
        self.operations: Mapping[str, Operation] = MappingProxyType(
            {named: Operation(self, named, operation) for named, operation in spec["operations"].items()}
        )

    def shape(self, name: str) -> Shape:
        """The shape of that name, always the same object."""
        known = self._known.get(name)
        if known is None:
            known = self._known.setdefault(name, Shape(self, name, self._shapes[name]))
        return known

    @cached_property
    def shapes(self) -> Mapping[str, Shape]:
        """All shapes by name."""
        return MappingProxyType({name: self.shape(name) for name in self._shapes})

    @cached_property
    def errors(self) -> Mapping[str, ErrorShape]:
        """The exceptions by the name of their shape."""
        named = self._shapes.items()
        return MappingProxyType({name: _error(name, spec) for name, spec in named if spec.get("exception")})


def _error(name: str, spec: Spec) -> ErrorShape:
    """In the query protocol the model names code and status. In JSON the name is the code, and a `fault` is a 500."""
    said = spec.get("error", {})
    return ErrorShape(name, said.get("code", name), said.get("httpStatusCode", 500 if spec.get("fault") else 400))


@cache
def load(name: Name) -> ServiceModel:
    """The model of a service, read at the first call."""
    return ServiceModel(name, msgspec.json.decode((_MODELS / f"{name}.json").read_bytes()))
