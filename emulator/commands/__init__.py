"""The commands beside the server itself: `cognito-emulator copy`. Each is a module with `main` and `SUMMARY`."""
