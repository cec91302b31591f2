"""The sandbox's HTTP API: the routes of the list, each led to its function behind its guard, also after an upgrade."""

from __future__ import annotations

from typing import Any

import boto3

from lambdas.catalogue import functions
from paypulse.sandbox import provision


def leads(gateway: Any, api: str) -> dict[str, tuple[str, bool]]:
    """{route: the function behind it, and whether the authorizer is asked before}."""
    integrations = gateway.get_integrations(ApiId=api)["Items"]
    functions_by_id = {each["IntegrationId"]: each["IntegrationUri"].rpartition(":")[2] for each in integrations}
    routes = gateway.get_routes(ApiId=api)["Items"]
    return {
        each["RouteKey"]: (functions_by_id[each["Target"].rpartition("/")[2]], bool(each.get("AuthorizerId")))
        for each in routes
    }


def test_an_upgrade_leaves_no_route_of_before(aws: None) -> None:
    gateway = boto3.client("apigatewayv2")
    address = provision.make_api(functions())
    api = address.split("/")[3]
    wanted = {str(route): (each.name, not each.public) for each in functions() for route in each.routes}
    assert leads(gateway, api) == wanted

    target = gateway.get_routes(ApiId=api)["Items"][0]["Target"]
    gateway.create_route(ApiId=api, RouteKey="GET /v1/of-before", Target=target)
    moved = next(each for each in gateway.get_routes(ApiId=api)["Items"] if each["RouteKey"] == "GET /v1/vendors")
    gateway.update_route(ApiId=api, RouteId=moved["RouteId"], RouteKey=moved["RouteKey"], Target=target)
    opened = next(each for each in gateway.get_routes(ApiId=api)["Items"] if each["RouteKey"] == "GET /v1/summaries")
    gateway.delete_route(ApiId=api, RouteId=opened["RouteId"])
    gateway.create_route(ApiId=api, RouteKey="GET /v1/summaries", Target=opened["Target"])

    assert provision.make_api(functions()) == address
    assert leads(gateway, api) == wanted
