# Every function of functions.yaml, from a ZIP in the Lambda bucket or from an image.
resource "aws_s3_object" "package" {
  for_each = local.zipped

  bucket      = aws_s3_bucket.this["lambda"].id
  key         = "${each.key}.zip"
  source      = "${var.bundle}/${var.architecture}/${each.key}.zip"
  source_hash = filebase64sha256("${var.bundle}/${var.architecture}/${each.key}.zip")

  # Without versions there would be no version id to deploy by.
  depends_on = [aws_s3_bucket_versioning.this]
}

resource "aws_cloudwatch_log_group" "function" {
  for_each = local.functions

  name              = "/aws/lambda/${each.key}"
  retention_in_days = var.log_days
  kms_key_id        = aws_kms_key.operations.arn
}

resource "aws_lambda_function" "this" {
  #checkov:skip=CKV_AWS_117:Nothing it talks to is in a private network; a VPC would add a NAT gateway and no protection
  #checkov:skip=CKV_AWS_116:What fails goes to the failures queue by destination, or to its own queue's dead letters
  #checkov:skip=CKV_AWS_115:Queues bound how many run at once, the API is throttled; reserving takes from the account's pool
  #checkov:skip=CKV_AWS_272:Packages come from this configuration's own versioned bucket, which only this account writes
  for_each = local.functions

  function_name = each.key
  description   = each.value.does
  role          = aws_iam_role.function[each.key].arn
  architectures = [var.architecture]
  memory_size   = each.value.memory_mb
  timeout       = each.value.timeout_s
  package_type  = each.value.image ? "Image" : "Zip"

  image_uri         = each.value.image ? "${aws_ecr_repository.parser[each.key].repository_url}:${var.parser_image_tag}" : null
  runtime           = each.value.image ? null : "python3.13"
  handler           = each.value.image ? null : each.value.handler
  s3_bucket         = each.value.image ? null : aws_s3_object.package[each.key].bucket
  s3_key            = each.value.image ? null : aws_s3_object.package[each.key].key
  s3_object_version = each.value.image ? null : aws_s3_object.package[each.key].version_id

  kms_key_arn = aws_kms_key.operations.arn

  environment {
    variables = merge(local.environment, try(local.secrets_of[each.key], {}), { POWERTOOLS_SERVICE_NAME = each.key })
  }

  dynamic "image_config" {
    for_each = each.value.image ? [each.value.handler] : []
    content {
      command = [image_config.value]
    }
  }

  tracing_config {
    mode = "Active"
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.function[each.key].name
  }

  depends_on = [aws_iam_role_policy.function, aws_ecr_repository_policy.parser]
}

# S3 and the scheduler call without waiting: two more tries, then the event is kept in the failures queue.
resource "aws_lambda_function_event_invoke_config" "this" {
  for_each = { for name, function in local.functions : name => function if length(concat(function.objects, function.schedules)) > 0 }

  lifecycle {
    replace_triggered_by = [aws_lambda_function.this[each.key].package_type]
  }

  function_name                = aws_lambda_function.this[each.key].function_name
  maximum_retry_attempts       = 2
  maximum_event_age_in_seconds = 21600

  destination_config {
    on_failure {
      destination = aws_sqs_queue.failures.arn
    }
  }
}

resource "aws_lambda_permission" "objects" {
  for_each = toset([for each in local.object_triggers : each.function])

  # A ZIP that becomes an image, or the other way, is another function of the same name, and what was attached goes with the old.
  lifecycle {
    replace_triggered_by = [aws_lambda_function.this[each.key].package_type]
  }

  statement_id   = "invoices-bucket"
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_function.this[each.key].function_name
  principal      = "s3.amazonaws.com"
  source_arn     = aws_s3_bucket.this["invoices"].arn
  source_account = local.account_id
}

resource "aws_ecr_repository" "parser" {
  for_each = local.imaged

  name                 = "${var.name}/${replace(each.key, "_", "-")}"
  image_tag_mutability = "IMMUTABLE"
  force_delete         = !var.protect_data

  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = aws_kms_key.operations.arn
  }

  image_scanning_configuration {
    scan_on_push = true
  }
}

data "aws_iam_policy_document" "parser_images" {
  for_each = aws_ecr_repository.parser

  statement {
    sid     = "LambdaPullsImages"
    actions = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = ["${local.arn_prefix}:lambda:${var.region}:${local.account_id}:function:*"]
    }
  }
}

resource "aws_ecr_repository_policy" "parser" {
  for_each = aws_ecr_repository.parser

  repository = each.value.name
  policy     = data.aws_iam_policy_document.parser_images[each.key].json
}

resource "aws_ecr_lifecycle_policy" "parser" {
  for_each = aws_ecr_repository.parser

  repository = each.value.name
  policy = jsonencode({
    rules = [{
      rulePriority = 1
      description  = "Ten images are enough to go back to"
      selection    = { tagStatus = "any", countType = "imageCountMoreThan", countNumber = 10 }
      action       = { type = "expire" }
    }]
  })
}
