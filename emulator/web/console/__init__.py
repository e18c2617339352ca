"""The console: pages for people under `/_emulator/`, over the same calls that programs make. No rules are here."""
