# One page to see whether mail goes in and invoices come out.
locals {
  graphs = [
    { title = "Calls", metrics = [for name in local.watched : ["AWS/Lambda", "Invocations", "FunctionName", name]], stat = "Sum" },
    { title = "Errors and throttles", metrics = concat(
      [for name in local.watched : ["AWS/Lambda", "Errors", "FunctionName", name]],
      [for name in local.watched : ["AWS/Lambda", "Throttles", "FunctionName", name]],
    ), stat = "Sum" },
    { title = "Duration, slowest in a hundred (ms)", metrics = [for name in local.watched : ["AWS/Lambda", "Duration", "FunctionName", name]], stat = "p99" },
    { title = "Waiting messages", metrics = [for name in keys(local.queue_feeds) : ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", name]], stat = "Maximum" },
    { title = "Dead letters", metrics = concat(
      [for name in keys(local.queue_feeds) : ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", "${name}-dlq"]],
      [["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", aws_sqs_queue.failures.name]],
    ), stat = "Maximum" },
    { title = "Age of the oldest change (ms)", metrics = [for feed in values(local.stream_feeds) : ["AWS/Lambda", "IteratorAge", "FunctionName", feed.function]], stat = "Maximum" },
    { title = "RentalInvoices, units", metrics = [
      for metric in ["ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits"] : ["AWS/DynamoDB", metric, "TableName", "RentalInvoices"]
    ], stat = "Sum" },
    { title = "Mails", metrics = [for metric in ["MailsStored", "MailsFailed", "GapsFound"] : [var.name, metric, "service", local.counted.service]], stat = "Sum" },
    { title = "Reading", metrics = [for metric in ["DocumentsRead", "DocumentsAsking", "DriftingVendors"] : [var.name, metric, "service", local.counted.service]], stat = "Sum" },
  ]
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name
  dashboard_body = jsonencode({
    widgets = [
      for index, graph in local.graphs : {
        type       = "metric"
        x          = 12 * (index % 2)
        y          = 6 * floor(index / 2)
        width      = 12
        height     = 6
        properties = { title = graph.title, metrics = graph.metrics, stat = graph.stat, period = 300, region = var.region, view = "timeSeries" }
      }
    ]
  })
}
