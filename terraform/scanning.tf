# GuardDuty looks at each original that comes in and tags it; what it finds malicious is handed to nobody by the site and the API.
# The plan itself is in scanning.tf.json.
data "aws_iam_policy_document" "scanner_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["malware-protection-plan.guardduty.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }
  }
}

data "aws_iam_policy_document" "scanner" {
  statement {
    sid       = "ReadAndTagOriginals"
    actions   = ["s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectTagging", "s3:GetObjectVersionTagging", "s3:PutObjectTagging", "s3:PutObjectVersionTagging"]
    resources = ["${aws_s3_bucket.this["invoices"].arn}/invoices/*"]
  }

  statement {
    sid       = "HearOfObjects"
    actions   = ["s3:GetBucketNotification", "s3:PutBucketNotification", "s3:ListBucket"]
    resources = [aws_s3_bucket.this["invoices"].arn]
  }

  # GuardDuty proves with an object of this name that it may write.
  statement {
    sid       = "ProveItself"
    actions   = ["s3:PutObject"]
    resources = ["${aws_s3_bucket.this["invoices"].arn}/malware-protection-resource-validation-object"]
  }

  statement {
    sid       = "KeepItsRule"
    actions   = ["events:PutRule", "events:DeleteRule", "events:PutTargets", "events:RemoveTargets"]
    resources = ["${local.arn_prefix}:events:${var.region}:${local.account_id}:rule/DO-NOT-DELETE-AmazonGuardDutyMalwareProtectionS3*"]

    condition {
      test     = "StringLike"
      variable = "events:ManagedBy"
      values   = ["malware-protection-plan.guardduty.amazonaws.com"]
    }
  }

  statement {
    sid       = "SeeItsRule"
    actions   = ["events:DescribeRule", "events:ListTargetsByRule"]
    resources = ["${local.arn_prefix}:events:${var.region}:${local.account_id}:rule/DO-NOT-DELETE-AmazonGuardDutyMalwareProtectionS3*"]
  }
}

resource "aws_iam_role" "scanner" {
  count = var.scan_originals ? 1 : 0

  name               = "${var.name}-scanner"
  assume_role_policy = data.aws_iam_policy_document.scanner_trust.json
}

resource "aws_iam_role_policy" "scanner" {
  count = var.scan_originals ? 1 : 0

  name   = "scan"
  role   = aws_iam_role.scanner[0].id
  policy = data.aws_iam_policy_document.scanner.json
}
