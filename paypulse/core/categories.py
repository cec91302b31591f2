"""The kinds of spending PayPulse tells apart: rent, and eight sorts of retail."""

from __future__ import annotations

from enum import StrEnum


class Category(StrEnum):
    """What a vendor sends: rent notices or retail receipts."""

    RENTAL = "rental"
    RETAIL = "retail"


class SubType(StrEnum):
    """The eight retail categories, as stored in `sub_type` and in S3 keys."""

    FOOD_DELIVERY = "food-delivery"
    CLOTHING = "clothing"
    TECHNOLOGY = "technology"
    SUBSCRIPTIONS = "subscriptions"
    GROCERY = "grocery"
    UTILITY = "utility"
    MISCELLANEOUS = "miscellaneous"
    TRAVEL = "travel"
