# What somebody must look at, and where it is told. Every alarm says in its description what to do.
resource "aws_sns_topic" "alarms" {
  name              = "${var.name}-alarms"
  kms_master_key_id = aws_kms_key.operations.id
}

data "aws_iam_policy_document" "alarms" {
  statement {
    sid       = "AlarmsAndBudgets"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.alarms.arn]

    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }
  }
}

resource "aws_sns_topic_policy" "alarms" {
  arn    = aws_sns_topic.alarms.arn
  policy = data.aws_iam_policy_document.alarms.json
}

resource "aws_sns_topic_subscription" "alarms" {
  count = var.alarm_email == null ? 0 : 1

  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = var.alarm_email
}

locals {
  # What the functions count themselves (lambdas/measures.py).
  counted = { service = "paypulse" }

  watched = concat(keys(local.functions), [for name in keys(local.site) : local.site_name])

  alarms = merge(
    { for queue in concat([for name in keys(local.queue_feeds) : "${name}-dlq"], [aws_sqs_queue.failures.name]) : "dead letters ${queue}" => {
      namespace = "AWS/SQS", metric = "ApproximateNumberOfMessagesVisible", dimensions = { QueueName = queue }
      statistic = "Maximum", threshold = 0, period = 300, says = "Something was given up on. docs/deploy.md, Dead letters."
    } },
    { for queue in keys(local.queue_feeds) : "age ${queue}" => {
      namespace = "AWS/SQS", metric = "ApproximateAgeOfOldestMessage", dimensions = { QueueName = queue }
      statistic = "Maximum", threshold = 7200, period = 300, says = "Work waits for two hours. Raise fetch_concurrency, or Gmail is refusing."
    } },
    { for function in local.watched : "errors ${function}" => {
      namespace = "AWS/Lambda", metric = "Errors", dimensions = { FunctionName = function }
      statistic = "Sum", threshold = 0, period = 300, says = "The function raised. Its log names the request."
    } },
    { for function in local.watched : "throttles ${function}" => {
      namespace = "AWS/Lambda", metric = "Throttles", dimensions = { FunctionName = function }
      statistic = "Sum", threshold = 0, period = 300, says = "The account's concurrency is used up. docs/deploy.md, Limits."
    } },
    { for name, feed in local.stream_feeds : "stream age ${name}" => {
      namespace = "AWS/Lambda", metric = "IteratorAge", dimensions = { FunctionName = feed.function }
      statistic = "Maximum", threshold = 3600000, period = 300, says = "Changes are an hour old before they are seen; after 24 hours they are lost."
    } },
    { for gateway in local.gateways : "refused ${gateway}" => {
      namespace = "AWS/ApiGateway", metric = "5xx", dimensions = { ApiId = aws_apigatewayv2_api.this[gateway].id }
      statistic = "Sum", threshold = 5, period = 300, says = "The gateway answered 5xx."
    } },
    { for platform in aws_sns_platform_application.push[*].name : "push messages" => {
      namespace = "AWS/SNS", metric = "NumberOfNotificationsFailed", dimensions = { Application = platform }
      statistic = "Sum", threshold = 20, period = 3600, says = "The push platform refuses messages; a few are apps that were removed, many are a credential that ran out."
    } },
    {
      "vendor drift" = {
        namespace = var.name, metric = "DriftingVendors", dimensions = local.counted
        statistic = "Maximum", threshold = 0, period = 86400, says = "A vendor's documents look different than they did. The admin names it."
      }
      "gap audit" = {
        namespace = var.name, metric = "GapsFound", dimensions = local.counted
        statistic = "Sum", threshold = 0, period = 86400, says = "Gmail lists candidates that the ledger does not hold; they are being fetched."
      }
    },
  )
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.name} ${each.key}"
  alarm_description   = each.value.says
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  period              = each.value.period
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "ask_rate" {
  alarm_name          = "${var.name} ask rate"
  alarm_description   = "Too many of a day's documents ask the person. Look at the vendors' ask rates in the admin."
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.ask_rate_limit
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]

  metric_query {
    id          = "rate"
    label       = "percent asking"
    expression  = "100 * asking / read"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = { asking = "DocumentsAsking", read = "DocumentsRead" }
    content {
      id = metric_query.key

      metric {
        namespace   = var.name
        metric_name = metric_query.value
        dimensions  = local.counted
        period      = 86400
        stat        = "Sum"
      }
    }
  }
}

# The gap audit runs every night; a night without a sign of it is an alarm too.
resource "aws_cloudwatch_metric_alarm" "audit_missing" {
  alarm_name          = "${var.name} gap audit missing"
  alarm_description   = "The gap audit did not run for a day. Look at the schedule audit-gaps and its function's log."
  namespace           = "AWS/Lambda"
  metric_name         = "Invocations"
  dimensions          = { FunctionName = "audit_gaps" }
  statistic           = "Sum"
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  period              = 86400
  evaluation_periods  = 1
  treat_missing_data  = var.schedules_enabled ? "breaching" : "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_budgets_budget" "monthly" {
  count = var.budget_usd > 0 ? 1 : 0

  name         = "${var.name}-monthly"
  budget_type  = "COST"
  limit_amount = tostring(var.budget_usd)
  limit_unit   = "USD"
  time_unit    = "MONTHLY"

  cost_filter {
    name   = "TagKeyValue"
    values = [format("user:Project$%s", var.name)]
  }

  dynamic "notification" {
    for_each = { ACTUAL = 80, FORECASTED = 100 }
    content {
      notification_type         = notification.key
      threshold                 = notification.value
      threshold_type            = "PERCENTAGE"
      comparison_operator       = "GREATER_THAN"
      subscriber_sns_topic_arns = [aws_sns_topic.alarms.arn]
    }
  }
}
