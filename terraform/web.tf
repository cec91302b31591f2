# The site: Django in one function, from the ZIP that Zappa packs. Its role, bucket and settings are made here.
locals {
  site_name = "${var.name}-site"
  site      = var.site_package == null ? {} : { site = var.site_package }

  # What the gateway and the site agree on: the hosts Django answers to.
  site_hosts = [for url in compact([try(aws_apigatewayv2_api.this["site"].api_endpoint, ""), local.site_url]) : regex("^https?://([^/:]+)", url)[0]]
}

resource "aws_s3_object" "site" {
  for_each = local.site

  bucket      = aws_s3_bucket.this["lambda"].id
  key         = "${local.site_name}.zip"
  source      = each.value
  source_hash = filebase64sha256(each.value)

  depends_on = [aws_s3_bucket_versioning.this]
}

resource "aws_cloudwatch_log_group" "site" {
  for_each = local.site

  name              = "/aws/lambda/${local.site_name}"
  retention_in_days = var.log_days
  kms_key_id        = aws_kms_key.operations.arn
}

resource "aws_lambda_function" "site" {
  #checkov:skip=CKV_AWS_117:Nothing it talks to is in a private network; a VPC would add a NAT gateway and no protection
  #checkov:skip=CKV_AWS_116:It is only ever called and waited for, so no event can be lost
  #checkov:skip=CKV_AWS_115:The gateway is throttled; reserving takes from the account's pool
  #checkov:skip=CKV_AWS_272:Packages come from this configuration's own versioned bucket, which only this account writes
  for_each = local.site

  function_name     = local.site_name
  description       = "The dashboard and the admin"
  role              = aws_iam_role.function[each.key].arn
  architectures     = [var.architecture]
  memory_size       = 1024
  timeout           = 30
  runtime           = "python3.13"
  handler           = "handler.lambda_handler"
  s3_bucket         = aws_s3_object.site[each.key].bucket
  s3_key            = aws_s3_object.site[each.key].key
  s3_object_version = aws_s3_object.site[each.key].version_id
  kms_key_arn       = aws_kms_key.operations.arn
  publish           = true

  environment {
    variables = merge(local.environment, local.secrets_of[each.key], {
      PAYPULSE_ALLOWED_HOSTS               = join(",", distinct(local.site_hosts))
      DJANGO_SETTINGS_MODULE               = "paypulse.settings"
      INSTANTIATE_LAMBDA_HANDLER_ON_IMPORT = "1"
    })
  }

  tracing_config {
    mode = "Active"
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.site[each.key].name
  }

  dynamic "snap_start" {
    for_each = var.site_start == "snapstart" ? [1] : []
    content {
      apply_on = "PublishedVersions"
    }
  }

  depends_on = [aws_iam_role_policy.function]
}

# Requests go to the published version behind this name, so that going back is moving the name.
resource "aws_lambda_alias" "site" {
  for_each = local.site

  name             = "live"
  function_name    = aws_lambda_function.site[each.key].function_name
  function_version = aws_lambda_function.site[each.key].version
}

resource "aws_lambda_provisioned_concurrency_config" "site" {
  for_each = var.site_start == "provisioned" ? local.site : {}

  function_name                     = aws_lambda_function.site[each.key].function_name
  qualifier                         = aws_lambda_alias.site[each.key].name
  provisioned_concurrent_executions = var.site_warm_copies
}

resource "aws_apigatewayv2_integration" "site" {
  for_each = local.site

  api_id                 = aws_apigatewayv2_api.this[each.key].id
  integration_type       = "AWS_PROXY"
  integration_uri        = aws_lambda_alias.site[each.key].invoke_arn
  payload_format_version = "2.0"
  timeout_milliseconds   = 30000
}

resource "aws_apigatewayv2_route" "site" {
  #checkov:skip=CKV_AWS_309:People sign in on the site itself, with a session
  for_each = local.site

  api_id    = aws_apigatewayv2_api.this[each.key].id
  route_key = "$default"
  target    = "integrations/${aws_apigatewayv2_integration.site[each.key].id}"
}

resource "aws_lambda_permission" "site" {
  for_each = local.site

  statement_id  = "site"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.site[each.key].function_name
  qualifier     = aws_lambda_alias.site[each.key].name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.this[each.key].execution_arn}/*/$default"
}
