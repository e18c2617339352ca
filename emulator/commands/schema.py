"""`cognito-emulator schema`: the JSON Schema of seed files, from which editors complete."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

from emulator import registry
from emulator.redaction import one_line, redacted


def main(arguments: Sequence[str]) -> int:
    """Print the schema. Returns the exit status: 2 for arguments, of which there are none."""
    if arguments:
        if arguments[0] in {"-h", "--help"}:
            print("usage: cognito-emulator schema > seed.schema.json\n\nPrints the JSON Schema of seed files.")
            return 0
        shown = one_line(redacted(arguments[0]))
        print(f"cognito-emulator schema: {shown}: this command takes no arguments", file=sys.stderr)
        return 2
    registry.load()
    from emulator.seed import schema

    print(json.dumps(schema.document(), indent=2))
    return 0
