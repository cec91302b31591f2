# The originals, the packages, and who read what: three buckets, all versioned, encrypted and closed to the public.
locals {
  buckets = {
    invoices = var.invoices_bucket
    lambda   = var.lambda_bucket
    logs     = "${var.lambda_bucket}-logs"
  }
}

resource "aws_s3_bucket" "this" {
  #checkov:skip=CKV_AWS_144:One region holds everything; versions and deletion protection guard against loss by mistake
  #checkov:skip=CKV_AWS_145:SSE-S3 is the decision for the originals; packages and access logs hold nothing secret
  #checkov:skip=CKV2_AWS_62:Only the invoices bucket has anything to announce
  #checkov:skip=CKV_AWS_18:The two that matter log to the third
  #checkov:skip=CKV_AWS_21:Set for each bucket below; the check follows only the first of them
  #checkov:skip=CKV2_AWS_6:Set for each bucket below; the check follows only the first of them
  #checkov:skip=CKV2_AWS_61:Set for each bucket below; the check follows only the first of them
  for_each = local.buckets

  bucket        = each.value
  force_destroy = !var.protect_data
}

resource "aws_s3_bucket_versioning" "this" {
  for_each = aws_s3_bucket.this

  bucket = each.value.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  for_each = aws_s3_bucket.this

  bucket = each.value.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_public_access_block" "this" {
  for_each = aws_s3_bucket.this

  bucket                  = each.value.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "this" {
  for_each = aws_s3_bucket.this

  bucket = each.value.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

# Uploads that broke off and people's exports are dropped after a week, access logs after log_days; originals and packages are
# kept.
resource "aws_s3_bucket_lifecycle_configuration" "this" {
  for_each = aws_s3_bucket.this

  bucket = each.value.id

  rule {
    id     = "broken-uploads"
    status = "Enabled"

    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }

    dynamic "expiration" {
      for_each = each.key == "logs" ? [var.log_days] : []
      content {
        days = expiration.value
      }
    }
  }

  dynamic "rule" {
    for_each = each.key == "invoices" ? [7] : []
    content {
      id     = "exports"
      status = "Enabled"

      filter {
        prefix = "exports/"
      }

      expiration {
        days = rule.value
      }

      noncurrent_version_expiration {
        noncurrent_days = 1
      }
    }
  }

  depends_on = [aws_s3_bucket_versioning.this]
}

resource "aws_s3_bucket_logging" "this" {
  for_each = { for kind, bucket in aws_s3_bucket.this : kind => bucket if kind != "logs" }

  bucket        = each.value.id
  target_bucket = aws_s3_bucket.this["logs"].id
  target_prefix = "${each.key}/"
}

data "aws_iam_policy_document" "bucket" {
  for_each = aws_s3_bucket.this

  statement {
    sid       = "OnlyEncryptedConnections"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [each.value.arn, "${each.value.arn}/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }

  dynamic "statement" {
    for_each = each.key == "lambda" ? [1] : []
    content {
      sid       = "LambdaReadsPackages"
      actions   = ["s3:GetObject", "s3:GetObjectVersion"]
      resources = ["${each.value.arn}/*"]

      principals {
        type        = "Service"
        identifiers = ["lambda.amazonaws.com"]
      }

      condition {
        test     = "StringEquals"
        variable = "aws:SourceAccount"
        values   = [data.aws_caller_identity.current.account_id]
      }
    }
  }

  dynamic "statement" {
    for_each = each.key == "logs" ? [1] : []
    content {
      sid       = "S3WritesAccessLogs"
      actions   = ["s3:PutObject"]
      resources = ["${each.value.arn}/*"]

      principals {
        type        = "Service"
        identifiers = ["logging.s3.amazonaws.com"]
      }

      condition {
        test     = "StringEquals"
        variable = "aws:SourceAccount"
        values   = [data.aws_caller_identity.current.account_id]
      }
    }
  }
}

resource "aws_s3_bucket_policy" "this" {
  for_each = aws_s3_bucket.this

  bucket = each.value.id
  policy = data.aws_iam_policy_document.bucket[each.key].json

  depends_on = [aws_s3_bucket_public_access_block.this]
}

resource "aws_s3_bucket_notification" "invoices" {
  bucket = aws_s3_bucket.this["invoices"].id

  # What the scanner hears of new objects by.
  eventbridge = var.scan_originals

  dynamic "lambda_function" {
    for_each = local.object_triggers
    content {
      id                  = lambda_function.value.function
      lambda_function_arn = aws_lambda_function.this[lambda_function.value.function].arn
      events              = ["s3:ObjectCreated:*"]
      filter_prefix       = lambda_function.value.prefix
      filter_suffix       = lambda_function.value.suffix
    }
  }

  depends_on = [aws_lambda_permission.objects]
}
