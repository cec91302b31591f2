# The JSON API, and the site's own gateway: HTTP APIs with throttling and access logs.
#
# Before each route that is not public the gateway asks the authorizer who bears the request's token. It never refuses by itself,
# because a gateway's own refusal cannot carry the published error envelope (INVALID_TOKEN, TOKEN_EXPIRED): the authorizer hands on
# the claims, or why there are none, and the function answers. So it names no identity source, whose lack the gateway would refuse.
locals {
  gateways = toset(concat(["api"], var.site_package == null ? [] : ["site"]))
  access_log = jsonencode({
    at       = "$context.requestTime"
    request  = "$context.requestId"
    route    = "$context.routeKey"
    status   = "$context.status"
    user     = "$context.authorizer.user_id"
    call     = "$context.awsEndpointRequestId"
    bytes    = "$context.responseLength"
    ms       = "$context.responseLatency"
    function = "$context.integrationErrorMessage"
    refused  = "$context.authorizer.refused"
    bearer   = "$context.authorizer.error"
  })
}

resource "aws_apigatewayv2_api" "this" {
  for_each = local.gateways

  name          = "${var.name}-${each.key}"
  protocol_type = "HTTP"

  # With a domain of its own an API answers there alone.
  disable_execute_api_endpoint = contains(keys(var.domains), each.key)
}

resource "aws_cloudwatch_log_group" "gateway" {
  for_each = local.gateways

  name              = "/aws/apigateway/${var.name}-${each.key}"
  retention_in_days = var.log_days
  kms_key_id        = aws_kms_key.operations.arn
}

resource "aws_apigatewayv2_stage" "this" {
  for_each = local.gateways

  api_id      = aws_apigatewayv2_api.this[each.key].id
  name        = "$default"
  auto_deploy = true

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.gateway[each.key].arn
    format          = local.access_log
  }

  default_route_settings {
    throttling_rate_limit  = var.api_requests_per_second
    throttling_burst_limit = 2 * var.api_requests_per_second

    # Metrics of each route would cost 0.30 dollars a month apiece, some hundred of them; the access log tells the same.
    detailed_metrics_enabled = false
  }
}

resource "aws_apigatewayv2_integration" "function" {
  for_each = { for name, function in local.functions : name => function if length(function.routes) > 0 }

  api_id                 = aws_apigatewayv2_api.this["api"].id
  integration_type       = "AWS_PROXY"
  integration_uri        = aws_lambda_function.this[each.key].invoke_arn
  payload_format_version = "2.0"
  timeout_milliseconds   = 30000
}

resource "aws_apigatewayv2_authorizer" "bearer" {
  api_id           = aws_apigatewayv2_api.this["api"].id
  name             = local.authorizer
  authorizer_type  = "REQUEST"
  authorizer_uri   = aws_lambda_function.this[local.authorizer].invoke_arn
  identity_sources = []

  authorizer_payload_format_version = "2.0"
  enable_simple_responses           = true

  # Nothing is remembered: a changed password ends a token at once.
  authorizer_result_ttl_in_seconds = 0
}

resource "aws_lambda_permission" "authorizer" {
  statement_id  = "authorizer"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.this[local.authorizer].function_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.this["api"].execution_arn}/authorizers/${aws_apigatewayv2_authorizer.bearer.id}"
}

resource "aws_apigatewayv2_route" "function" {
  for_each = local.routes

  api_id             = aws_apigatewayv2_api.this["api"].id
  route_key          = each.key
  target             = "integrations/${aws_apigatewayv2_integration.function[each.value].id}"
  authorization_type = local.functions[each.value].public ? "NONE" : "CUSTOM"
  authorizer_id      = local.functions[each.value].public ? null : aws_apigatewayv2_authorizer.bearer.id
}

resource "aws_lambda_permission" "api" {
  for_each = aws_apigatewayv2_integration.function

  statement_id  = "api"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.this[each.key].function_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.this["api"].execution_arn}/*/*"
}

resource "aws_apigatewayv2_domain_name" "this" {
  for_each = { for gateway, domain in var.domains : gateway => domain if contains(local.gateways, gateway) }

  domain_name = each.value.name

  domain_name_configuration {
    certificate_arn = each.value.certificate_arn
    endpoint_type   = "REGIONAL"
    security_policy = "TLS_1_2"
  }
}

resource "aws_apigatewayv2_api_mapping" "this" {
  for_each = aws_apigatewayv2_domain_name.this

  api_id      = aws_apigatewayv2_api.this[each.key].id
  domain_name = each.value.id
  stage       = aws_apigatewayv2_stage.this[each.key].id
}
