"""Feeds the readers what no sender should send, for as long as one likes."""
