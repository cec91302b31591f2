# The whole configuration against a provider that answers without an account: what is planned, and what bad values are told.
mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_resource "aws_lambda_function" {
    defaults = {
      arn        = "arn:aws:lambda:eu-north-1:123456789012:function:mocked"
      invoke_arn = "arn:aws:apigateway:eu-north-1:lambda:path/2015-03-31/functions/mocked/invocations"
      version    = "1"
    }
  }
  mock_resource "aws_lambda_alias" {
    defaults = { invoke_arn = "arn:aws:apigateway:eu-north-1:lambda:path/2015-03-31/functions/mocked:live/invocations" }
  }
  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:eu-north-1:123456789012:key/mocked" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/mocked" }
  }
  mock_resource "aws_sqs_queue" {
    defaults = { arn = "arn:aws:sqs:eu-north-1:123456789012:mocked", url = "https://sqs.eu-north-1.amazonaws.com/123456789012/mocked" }
  }
  mock_resource "aws_dynamodb_table" {
    defaults = {
      arn        = "arn:aws:dynamodb:eu-north-1:123456789012:table/mocked"
      stream_arn = "arn:aws:dynamodb:eu-north-1:123456789012:table/mocked/stream/1"
    }
  }
  mock_resource "aws_s3_bucket" {
    defaults = { id = "mocked", arn = "arn:aws:s3:::mocked" }
  }
  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:eu-north-1:123456789012:mocked" }
  }
  mock_resource "aws_sns_platform_application" {
    defaults = { arn = "arn:aws:sns:eu-north-1:123456789012:app/GCM/mocked" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-north-1:123456789012:log-group:mocked" }
  }
  mock_resource "aws_secretsmanager_secret" {
    defaults = { arn = "arn:aws:secretsmanager:eu-north-1:123456789012:secret:mocked" }
  }
  mock_resource "aws_apigatewayv2_api" {
    defaults = { api_endpoint = "https://mocked.execute-api.eu-north-1.amazonaws.com", execution_arn = "arn:aws:execute-api:eu-north-1:123456789012:mocked" }
  }
}

run "as_it_comes" {
  command = apply

  assert {
    condition     = length(aws_dynamodb_table.on_demand) + 1 == length(local.table_names) && length(local.table_names) >= 12
    error_message = "a table is missing"
  }
  assert {
    condition     = length(aws_appautoscaling_policy.rental) == 4
    error_message = "RentalInvoices and its index scale by reads and by writes"
  }
  assert {
    condition     = alltrue([for target in aws_appautoscaling_target.rental : target.min_capacity == 1 && target.max_capacity == 10])
    error_message = "RentalInvoices scales between 1 and 10 units"
  }
  assert {
    condition     = alltrue([for table in aws_dynamodb_table.on_demand : table.deletion_protection_enabled])
    error_message = "data is protected unless somebody says otherwise"
  }
  assert {
    condition     = alltrue([for function in aws_lambda_function.this : function.package_type == "Zip" && function.s3_object_version != null])
    error_message = "without an image tag every function is a ZIP of a certain version"
  }
  assert {
    condition     = length(aws_lambda_function.site) == 0 && length(aws_apigatewayv2_api.this) == 1
    error_message = "without a package there is no site"
  }
  assert {
    condition     = length(aws_guardduty_malware_protection_plan.originals) == 0 && local.environment.PAYPULSE_SECOND_STEP == "staff"
    error_message = "scanning is chosen; the second step is demanded of staff"
  }
  assert {
    condition     = !contains(keys(local.environment), "PAYPULSE_PUSH_PLATFORM") && length(aws_sns_platform_application.push) == 0
    error_message = "without a platform nobody is offered push messages"
  }
  assert {
    condition     = alltrue([for mapping in aws_lambda_event_source_mapping.stream : mapping.bisect_batch_on_function_error && length(mapping.destination_config) == 1])
    error_message = "a stream's batch is halved when it fails, and what still fails is kept"
  }
  assert {
    condition     = alltrue([for key, route in aws_apigatewayv2_route.function : (route.authorization_type == "NONE") == contains(["signup_user", "login_user", "describe_api"], local.routes[key])])
    error_message = "every route but those of signing up, signing in and the API's own description stands behind the authorizer"
  }
  assert {
    condition     = aws_apigatewayv2_authorizer.bearer.authorizer_result_ttl_in_seconds == 0 && length(aws_apigatewayv2_authorizer.bearer.identity_sources) == 0
    error_message = "the authorizer is asked each time, and the gateway refuses nobody by itself"
  }
  assert {
    condition     = toset([for name, function in aws_lambda_function.this : name if !contains(keys(function.environment[0].variables), "PAYPULSE_SETTINGS_SECRET")]) == toset([for name, rights in local.rights : name if length(rights.secrets) == 0])
    error_message = "a function is told of secrets only where its entry names one"
  }
  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.this : length(alarm.alarm_actions) == 1])
    error_message = "every alarm tells somebody"
  }
}

run "parsers_as_images" {
  command = apply

  variables {
    parser_image_tag = "1.0.0"
  }

  assert {
    condition     = aws_lambda_function.this["parse_invoice"].package_type == "Image" && length(aws_ecr_repository.parser) == 2
    error_message = "with a tag the two parsers are images"
  }
  assert {
    condition     = aws_lambda_function.this["parse_invoice"].image_config[0].command[0] == "lambdas.parse_invoice.handler"
    error_message = "an image is told which handler to run"
  }
  assert {
    condition     = length(aws_ecr_repository_policy.parser) == 2 && length(aws_ecr_lifecycle_policy.parser) == 2
    error_message = "functions may pull their images, and old ones go"
  }
  assert {
    condition     = aws_lambda_function.this["fetch_invoices"].package_type == "Zip"
    error_message = "only the parsers are images"
  }
}

run "with_everything" {
  command = apply

  variables {
    site_package = "functions.tf"
    site_start   = "provisioned"
    domains      = { site = { name = "pay.example", certificate_arn = "arn:aws:acm:eu-north-1:123456789012:certificate/1" } }
    alarm_email  = "ops@pay.example"
    budget_usd   = 50
    second_step  = "everyone"
    push         = { platform = "GCM", credential = "invented" }
    schedules    = { fetch-retail-invoices = "cron(0 6 ? * MON *)" }

    scan_originals = true
  }

  assert {
    condition     = length(aws_guardduty_malware_protection_plan.originals) == 1 && aws_s3_bucket_notification.invoices.eventbridge
    error_message = "originals are scanned, and the scanner hears of new ones"
  }
  assert {
    condition     = local.environment.PAYPULSE_SECOND_STEP == "everyone"
    error_message = "functions and site know of whom the second step is demanded"
  }

  assert {
    condition     = local.site_url == "https://pay.example" && aws_lambda_function.site["site"].handler == "handler.lambda_handler"
    error_message = "the site answers at its own domain by Zappa's handler"
  }
  assert {
    condition     = local.environment.PAYPULSE_PUSH_PLATFORM == aws_sns_platform_application.push[0].arn && local.environment.PAYPULSE_PUSH_TOPICS == "paypulse-push-"
    error_message = "with a platform people are offered push messages"
  }
  assert {
    condition     = length(aws_lambda_provisioned_concurrency_config.site) == 1
    error_message = "provisioned keeps a copy warm"
  }
  assert {
    condition     = aws_scheduler_schedule.this["fetch-retail-invoices"].schedule_expression == "cron(0 6 ? * MON *)"
    error_message = "a schedule can be told another time"
  }
  assert {
    condition     = length(aws_budgets_budget.monthly) == 1 && length(aws_sns_topic_subscription.alarms) == 1
    error_message = "a budget and an address are watched and told"
  }
  assert {
    condition     = aws_apigatewayv2_api.this["site"].disable_execute_api_endpoint
    error_message = "with its own domain the site answers there alone"
  }
}

run "refuses_a_name_that_aws_would_refuse" {
  command = plan

  variables {
    name            = "Pay Pulse"
    invoices_bucket = "No_Bucket"
    architecture    = "riscv"
    log_days        = 8
    site_url        = "http://pay.example"
  }

  expect_failures = [var.name, var.invoices_bucket, var.architecture, var.log_days, var.site_url]
}

run "refuses_what_it_does_not_know" {
  command = plan

  variables {
    recoverable_tables = ["Userz"]
    parser_image_tag   = "parser:1.0.0"
    site_package       = "nowhere.zip"
    push               = { platform = "PIGEON", credential = "invented" }
    domains            = { shop = { name = "shop.example", certificate_arn = "arn:aws:acm:eu-north-1:123456789012:certificate/1" } }
    tags               = { Project = "another" }
  }

  expect_failures = [
    var.recoverable_tables, var.parser_image_tag, var.site_package, var.push, var.domains, var.tags,
  ]
}

run "refuses_one_name_for_site_and_api" {
  command = plan

  variables {
    domains = {
      site = { name = "pay.example", certificate_arn = "arn:aws:acm:eu-north-1:123456789012:certificate/1" }
      api  = { name = "Pay.example", certificate_arn = "arn:aws:acm:eu-north-1:123456789012:certificate/2" }
    }
  }

  expect_failures = [var.domains]
}

run "refuses_a_certificate_that_is_not_acms" {
  command = plan

  variables {
    domains = { api = { name = "api.example", certificate_arn = "arn:aws:iam::123456789012:server-certificate/own" } }
  }

  expect_failures = [var.domains]
}

run "refuses_numbers_that_cannot_be" {
  command = plan

  variables {
    alarm_email             = "nobody"
    api_requests_per_second = 0
    ask_rate_limit          = 101
    budget_usd              = -1
    fetch_concurrency       = 1
    max_receives            = 0
    max_upload_bytes        = 10000000
    schedules               = { fetch-everything = "every Sunday" }
    site_warm_copies        = 0
  }

  expect_failures = [
    var.alarm_email, var.api_requests_per_second, var.ask_rate_limit, var.budget_usd, var.fetch_concurrency,
    var.max_receives, var.max_upload_bytes, var.schedules, var.site_warm_copies,
  ]
}
