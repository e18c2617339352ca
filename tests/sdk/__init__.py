"""Real servers on free ports, and the clients that people really use."""
