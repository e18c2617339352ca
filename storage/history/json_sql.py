"""JSON that the database makes: the functions of SQLite and of PostgreSQL under one name each."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ColumnElement, cast, types
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from storage.column_types import String


class _JSONText(types.UserDefinedType[str]):
    """PostgreSQL's type json for a parameter that is JSON text already."""

    cache_ok = True
    render_bind_cast = True

    def get_col_spec(self, **_: Any) -> str:
        """The name of the type."""
        return "JSON"


JSON_TEXT = types.String().with_variant(_JSONText(), "postgresql")
"""The type of a column of JSON, for text that is not to be encoded as JSON once more."""


class json_object(FunctionElement[Any]):  # noqa: N801
    """An object of names and values by turns."""

    name = "json_object"
    type = JSON()
    inherit_cache = True


class json_array(FunctionElement[Any]):  # noqa: N801
    """The array of a value of each row."""

    name = "json_array"
    type = JSON()
    inherit_cache = True


class json_value(FunctionElement[Any]):  # noqa: N801
    """JSON as part of other JSON, rather than as text."""

    name = "json_value"
    type = JSON()
    inherit_cache = True


class hex_digits(FunctionElement[str]):  # noqa: N801
    """Bytes in hexadecimal digits."""

    name = "hex_digits"
    type = String()
    inherit_cache = True


def _call(function: str) -> Any:
    def compile_(element: FunctionElement[Any], compiler: Any, **more: Any) -> str:
        return f"{function}({compiler.process(element.clauses, **more)})"

    return compile_


for _element, _sqlite in (
    (json_object, "json_object"),
    (json_array, "json_group_array"),
    (json_value, "json"),
    (hex_digits, "hex"),
):
    compiles(_element)(_call(_sqlite))
compiles(json_object, "postgresql")(_call("json_build_object"))
compiles(json_value, "postgresql")(_call(""))


@compiles(json_array, "postgresql")
def _array(element: json_array, compiler: Any, **more: Any) -> str:
    return f"coalesce(json_agg({compiler.process(element.clauses, **more)}), '[]')"


@compiles(hex_digits, "postgresql")
def _hex(element: hex_digits, compiler: Any, **more: Any) -> str:
    return f"encode({compiler.process(element.clauses, **more)}, 'hex')"


def as_text(image: ColumnElement[Any]) -> ColumnElement[str]:
    """JSON as text, which is not to be parsed."""
    return cast(image, types.String)
