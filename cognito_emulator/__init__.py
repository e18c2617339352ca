"""The only package that a wheel installs: the command, and what applications may import.

It imports the standard library only, and pytest in its plugin. The server's packages, `emulator`, `storage` and
`keys`, are in `cognito_emulator/_server` of a wheel, where only the process of `cognito_emulator.launcher` finds them.
"""
