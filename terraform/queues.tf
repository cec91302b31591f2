# Each queue that feeds a function, its dead letters, and one queue for events that S3, streams or schedules gave up on.
resource "aws_sqs_queue" "dead_letters" {
  for_each = local.queue_feeds

  name                      = "${each.key}-dlq"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue" "work" {
  for_each = local.queue_feeds

  name                      = each.key
  message_retention_seconds = 345600
  sqs_managed_sse_enabled   = true

  # Six times what the function may take, as AWS advises, so that no message is handed out while it is worked on.
  visibility_timeout_seconds = 6 * local.functions[each.value.function].timeout_s

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_letters[each.key].arn
    maxReceiveCount     = var.max_receives
  })
}

resource "aws_sqs_queue_redrive_allow_policy" "dead_letters" {
  for_each = local.queue_feeds

  queue_url = aws_sqs_queue.dead_letters[each.key].id
  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [aws_sqs_queue.work[each.key].arn]
  })
}

resource "aws_sqs_queue" "failures" {
  name                      = "${var.name}-failures"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
}

resource "aws_lambda_event_source_mapping" "queue" {
  for_each = local.queue_feeds

  event_source_arn        = aws_sqs_queue.work[each.key].arn
  function_name           = aws_lambda_function.this[each.value.function].arn
  batch_size              = each.value.batch_size
  function_response_types = ["ReportBatchItemFailures"]

  scaling_config {
    maximum_concurrency = var.fetch_concurrency
  }
}

resource "aws_lambda_event_source_mapping" "stream" {
  for_each = local.stream_feeds

  event_source_arn                   = local.stream_arns[each.value.table]
  function_name                      = aws_lambda_function.this[each.value.function].arn
  starting_position                  = "TRIM_HORIZON"
  batch_size                         = each.value.batch_size
  bisect_batch_on_function_error     = true
  maximum_retry_attempts             = 10
  maximum_record_age_in_seconds      = 86400
  maximum_batching_window_in_seconds = each.value.window_s
  function_response_types            = ["ReportBatchItemFailures"]

  filter_criteria {
    filter {
      pattern = jsonencode({ eventName = each.value.events })
    }
  }

  destination_config {
    on_failure {
      destination_arn = aws_sqs_queue.failures.arn
    }
  }
}
