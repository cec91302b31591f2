"""Builders of invented documents: each takes the facts it shall show and gives back the bytes, the same ones every time."""
