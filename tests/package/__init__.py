"""What is installed: the wheel, its command, and an application of whatever names beside it."""
