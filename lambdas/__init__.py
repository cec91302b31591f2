"""What AWS runs: a module for each function of functions.yaml."""

from paypulse.core.starting import put_off_collecting

put_off_collecting()
