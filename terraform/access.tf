# One role a function, holding what its entry in functions.yaml names and nothing else.
locals {
  verbs = {
    table = {
      read  = ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:ConditionCheckItem"]
      write = ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem", "dynamodb:ConditionCheckItem"]
      scan  = ["dynamodb:Scan"]
    }
    object = {
      read   = ["s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectTagging"]
      write  = ["s3:PutObject"]
      delete = ["s3:DeleteObject", "s3:DeleteObjectVersion"]
    }
    bucket = {
      read   = ["s3:ListBucket"]
      write  = []
      delete = ["s3:ListBucket", "s3:ListBucketVersions"]
    }
    topic = {
      publish  = ["sns:Publish"]
      manage   = ["sns:CreateTopic", "sns:DeleteTopic", "sns:ListSubscriptionsByTopic", "sns:Unsubscribe"]
      register = ["sns:CreateTopic", "sns:ListSubscriptionsByTopic", "sns:Unsubscribe"]
    }
    platform = {
      publish  = []
      manage   = ["sns:GetEndpointAttributes", "sns:DeleteEndpoint"]
      register = ["sns:CreatePlatformEndpoint", "sns:GetEndpointAttributes", "sns:SetEndpointAttributes", "sns:DeleteEndpoint"]
    }
    key = {
      encrypt = ["kms:Encrypt", "kms:GenerateDataKey"]
      decrypt = ["kms:Decrypt"]
    }
  }

  # Tables by the set of verbs on them, so that a role has a statement a set rather than one a table.
  table_rights = {
    for name, rights in local.rights : name => {
      for table, verbs in rights.tables : join("-", sort(verbs)) => table...
    }
  }
  indexed_tables = concat(["RentalInvoices"], [for name, table in local.tables : name if can(table.indexes)])
  failing_aside  = [for name, function in local.functions : name if length(concat(function.objects, function.schedules, function.streams)) > 0]
}

data "aws_iam_policy_document" "function_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "function" {
  #checkov:skip=CKV_AWS_356:Only the trace daemon's two calls, which know no resource
  #checkov:skip=CKV_AWS_111:Only the trace daemon's two calls, which know no resource
  for_each = local.rights

  statement {
    sid       = "Log"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${local.arn_prefix}:logs:${var.region}:${local.account_id}:log-group:/aws/lambda/${each.key == "site" ? local.site_name : each.key}:*"]
  }

  statement {
    sid       = "Trace"
    actions   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
    resources = ["*"]
  }

  dynamic "statement" {
    for_each = length(each.value.secrets) > 0 ? [each.value.secrets] : []
    content {
      sid       = "ReadSecrets"
      actions   = ["secretsmanager:GetSecretValue"]
      resources = [for secret in statement.value : local.secret_arns[secret]]
    }
  }

  dynamic "statement" {
    for_each = length(each.value.secrets) > 0 ? [1] : []
    content {
      sid       = "OpenSecrets"
      actions   = ["kms:Decrypt"]
      resources = [aws_kms_key.operations.arn]
    }
  }

  dynamic "statement" {
    for_each = length(each.value.kms) > 0 ? [each.value.kms] : []
    content {
      sid       = "Tokens"
      actions   = flatten([for verb in statement.value : local.verbs.key[verb]])
      resources = [aws_kms_key.tokens.arn]

      # Never without saying whose token it is.
      condition {
        test     = "Null"
        variable = "kms:EncryptionContext:user_id"
        values   = ["false"]
      }
    }
  }

  dynamic "statement" {
    for_each = local.table_rights[each.key]
    content {
      sid     = "Tables${replace(title(replace(statement.key, "-", " ")), " ", "")}"
      actions = distinct(flatten([for verb in split("-", statement.key) : local.verbs.table[verb]]))
      resources = concat(
        [for table in statement.value : local.table_arns[table]],
        [for table in statement.value : "${local.table_arns[table]}/index/*" if contains(local.indexed_tables, table)],
      )
    }
  }

  dynamic "statement" {
    for_each = each.value.buckets
    content {
      sid       = "Objects${title(statement.key)}"
      actions   = flatten([for verb in statement.value : local.verbs.object[verb]])
      resources = ["${aws_s3_bucket.this["invoices"].arn}/${statement.key}/*"]
    }
  }

  dynamic "statement" {
    for_each = { for bucket, verbs in each.value.buckets : bucket => distinct(flatten([for verb in verbs : local.verbs.bucket[verb]])) }
    content {
      sid       = "List${title(statement.key)}"
      actions   = statement.value
      resources = [aws_s3_bucket.this["invoices"].arn]

      # "IfExists" because S3 asks this right too when an object is missing, and names no prefix then: without it "there is no such
      # object" would be told as "you may not".
      condition {
        test     = "StringLikeIfExists"
        variable = "s3:prefix"
        values   = ["${statement.key}/*"]
      }
    }
  }

  dynamic "statement" {
    for_each = length(each.value.queues) > 0 ? [keys(each.value.queues)] : []
    content {
      sid       = "Send"
      actions   = ["sqs:SendMessage", "sqs:GetQueueUrl"]
      resources = [for queue in statement.value : aws_sqs_queue.work[queue].arn]
    }
  }

  dynamic "statement" {
    for_each = each.value.mail ? [1] : []
    content {
      sid       = "Mail"
      actions   = ["ses:SendEmail"]
      resources = [for each in local.mail_arns : "${local.arn_prefix}:ses:${var.region}:${local.account_id}:${each}"]

      condition {
        test     = "StringEquals"
        variable = "ses:FromAddress"
        values   = ["no-reply@${var.mail_domain}"]
      }
    }
  }

  dynamic "statement" {
    for_each = length(each.value.push) > 0 && local.push_topics != "" ? [each.value.push] : []
    content {
      sid       = "Push"
      actions   = flatten([for verb in statement.value : local.verbs.topic[verb]])
      resources = [local.push_topic_arns]
    }
  }

  dynamic "statement" {
    for_each = contains(each.value.push, "register") && local.push_topics != "" ? [1] : []
    content {
      sid       = "PushListeners"
      actions   = ["sns:Subscribe"]
      resources = [local.push_topic_arns]

      # Phones alone: no address, server or queue may listen.
      condition {
        test     = "StringEquals"
        variable = "sns:Protocol"
        values   = ["application"]
      }
    }
  }

  # SNS asks for these rights on the platform application, whichever of its endpoints is meant.
  dynamic "statement" {
    for_each = length(setsubtract(each.value.push, ["publish"])) > 0 ? aws_sns_platform_application.push[*].arn : []
    content {
      sid       = "PushDevices"
      actions   = flatten([for verb in each.value.push : local.verbs.platform[verb]])
      resources = [statement.value]
    }
  }

  dynamic "statement" {
    for_each = length(try(local.functions[each.key].queues, [])) > 0 ? [local.functions[each.key].queues] : []
    content {
      sid       = "TakeMessages"
      actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
      resources = [for queue in statement.value : aws_sqs_queue.work[queue.name].arn]
    }
  }

  dynamic "statement" {
    for_each = length(try(local.functions[each.key].streams, [])) > 0 ? [local.functions[each.key].streams] : []
    content {
      sid       = "TakeChanges"
      actions   = ["dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream", "dynamodb:ListStreams"]
      resources = [for stream in statement.value : "${local.table_arns[stream.table]}/stream/*"]
    }
  }

  dynamic "statement" {
    for_each = contains(local.failing_aside, each.key) ? [1] : []
    content {
      sid       = "KeepFailures"
      actions   = ["sqs:SendMessage"]
      resources = [aws_sqs_queue.failures.arn]
    }
  }
}

resource "aws_iam_role" "function" {
  for_each = local.rights

  name               = "${var.name}-${replace(each.key, "_", "-")}"
  description        = "Of the function ${each.key} alone"
  assume_role_policy = data.aws_iam_policy_document.function_trust.json
}

resource "aws_iam_role_policy" "function" {
  for_each = local.rights

  name   = "rights"
  role   = aws_iam_role.function[each.key].id
  policy = data.aws_iam_policy_document.function[each.key].json
}
