"""Rent notices: what each line of the breakdown is for, and the facts only a rent notice has."""

from __future__ import annotations

from enum import StrEnum


class RentPart(StrEnum):
    """What a line of a rent notice's breakdown pays for."""

    BASE_RENT = "base_rent"
    COLD_WATER = "cold_water"
    WARM_WATER = "warm_water"
    ELECTRICITY = "electricity"
    HEATING = "heating"
    PARKING = "parking"
    ADJUSTMENT = "adjustment"
    OTHER = "other"
