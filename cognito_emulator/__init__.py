"""The one package that cognito-emulator installs: its command, and what a process of its users may import.

It imports the standard library alone. `emulator`, `storage` and `keys` are the server's: a wheel carries them in
`cognito_emulator/_server`, where only the process of `cognito_emulator.launcher` finds them.
"""
