"""`cognito-emulator import-from-aws`: the configuration and users of pools on AWS, as a seed file.

`command` reads the arguments and writes the file; `calls` asks AWS, by the AWS SDK, which is imported there alone;
`user_pools`, `per_client`, `users` and `identity_pools` say what is asked; `members` makes entries of the answers, and
`text` YAML of entries.
"""

from emulator.commands.import_from_aws.command import main, parser

__all__ = ["main", "parser"]
