"""Starts what Wharf runs on: an embedded PostgreSQL and Valkey, and the processes of the demo.

The command is `python -m hub.launcher`; tests use `hub.launcher.servers` directly. Nothing in
here imports Django: the launcher makes the environment that Django's settings read.
"""
