"""The seed file: what is read from AWS, written as soon as it is there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO

from emulator.commands.import_from_aws import identity_pools, text, user_pools
from emulator.commands.import_from_aws.calls import ImportFailed, Notes, Source
from emulator.commands.import_from_aws.user_pools import Imported
from emulator.commands.import_from_aws.users import Users
from emulator.domain.credentials import password_policy
from emulator.domain.pools import regions
from emulator.faults import Fault
from emulator.seed import reading
from emulator.seed.entries import SeedError

if TYPE_CHECKING:
    from emulator.commands.import_from_aws.command import Wanted

_IN_CLEAR = "It holds secrets in clear text."
_WITHOUT_TRIGGERS = (
    "The Lambda triggers are left out: their functions do not run here, and calls that need them would fail.",
    "To have them, tell where they run by lambda_functions (see the end of this file), and put this into the pool:",
)
_FUNCTIONS = (
    "Where the functions of the triggers run, by their names; docs/lambda.md tells of the targets:",
    "lambda_functions:",
)


def write(wanted: Wanted, file: BinaryIO, notes: Notes) -> None:
    """Read all that is wanted, and write it. Raises `ImportFailed`."""
    _Document(wanted, file, notes).write()


class _Document:
    def __init__(self, wanted: Wanted, file: BinaryIO, notes: Notes) -> None:
        self._wanted = wanted
        self._file = file
        self._notes = notes
        self._without_users: list[str] = []
        self._functions: dict[str, str] = {}
        """The uses of functions, by name."""
        self._sources: dict[tuple[str, str], Source] = {}

    def write(self) -> None:
        """Write the document."""
        ids = ", ".join([*self._wanted.user_pools, *self._wanted.identity_pools])
        title = [f"What cognito-emulator import-from-aws has read of {ids}.", "Use: cognito-emulator --seed FILE"]
        self._put(text.comment(title + ([_IN_CLEAR] if self._wanted.secrets or self._wanted.password else []), 0))
        if self._wanted.user_pools:
            self._put("user_pools:\n")
        for pool_id in self._wanted.user_pools:
            self._user_pool(pool_id)
        if self._wanted.identity_pools:
            self._put("identity_pools:\n")
        for pool_id in self._wanted.identity_pools:
            self._put(text.listed([identity_pools.read(self._source("cognito-identity", pool_id), pool_id)], 2))
        if self._functions:
            lines = [f"  {name}: python:app.triggers:handler    # {use}" for name, use in self._functions.items()]
            self._put(text.comment([*_FUNCTIONS, *lines], 0))
        self._check()

    def _user_pool(self, pool_id: str) -> None:
        source = self._source("cognito-idp", pool_id)
        pool = user_pools.read(source, pool_id, secrets=self._wanted.secrets)
        self._check_password(pool)
        own = {name: value for name, value in pool.members.items() if name != "Id"}
        self._put(f"  - Id: {pool_id}\n" + text.members(own, 4))
        self._triggers(pool)
        for each in pool.lists:
            self._put(f"    {each.name}:\n" + text.comment(each.comments, 6) + text.listed(each.entries, 6))
        if self._wanted.users:
            self._users(source, pool)

    def _users(self, source: Source, pool: Imported) -> None:
        heading = "    users:\n"
        reader = Users(source, pool.members, pool.groups, self._wanted.password)
        for page in reader.pages():
            self._file.write((heading + text.listed(page, 6, quickly=True)).encode())
            heading = ""
        if not heading and self._wanted.password is None:
            self._notes.add("users: AWS tells no passwords: users must reset theirs, or get one by --password")

    def _triggers(self, pool: Imported) -> None:
        """LambdaConfig as a comment: a pool whose functions do not run lets nobody sign in."""
        if not pool.triggers:
            return
        self._put(text.comment(_WITHOUT_TRIGGERS, 4))
        self._put(text.indented(text.members({"LambdaConfig": pool.triggers}, 0), 4, "#   "))
        for trigger, arn in _functions(pool.triggers):
            name = arn.split(":function:", 1)[-1].partition(":")[0]
            use = f"{trigger} of {pool.id}"
            self._functions[name] = f"{self._functions[name]}, {use}" if name in self._functions else use
        self._notes.add(f"{pool.id}: Lambda triggers are left out; comments in the file tell how to have them")

    def _check_password(self, pool: Imported) -> None:
        """Raise `ImportFailed` for a password that the pool would refuse."""
        if self._wanted.password is None or "PasswordPolicy" not in pool.members.get("Policies", {}):
            return
        try:
            password_policy.check(self._wanted.password, pool.members)
        except Fault as fault:
            raise ImportFailed(f"--password: {fault.message}") from None

    def _source(self, service: str, pool_id: str) -> Source:
        place = service, regions.of_id(pool_id)
        if place not in self._sources:
            self._sources[place] = Source(*place, self._notes)
        return self._sources[place]

    def _put(self, written: str) -> None:
        self._without_users.append(written)
        self._file.write(written.encode())

    def _check(self) -> None:
        """Note what this server would refuse. AWS may have what it has not."""
        try:
            reading.read("".join(self._without_users).encode(), "")
        except SeedError as error:
            self._notes.add(f"this server will refuse the file as it is: {error}")


def _functions(triggers: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The triggers and the ARNs of their functions, PreTokenGeneration once."""
    found: dict[str, str] = {}
    for name, value in triggers.items():
        arn = value.get("LambdaArn") if isinstance(value, dict) else value
        if isinstance(arn, str) and ":function:" in arn:
            found.setdefault(name.removesuffix("Config"), arn)
    return list(found.items())
