# Two keys, so that a function that logs and reads its settings cannot open a mailbox's tokens with the same right; the secret
# settings, which no state file may hold; and who may send mail.
data "aws_iam_policy_document" "account_decides" {
  #checkov:skip=CKV_AWS_109:A key policy's resource is the key itself
  #checkov:skip=CKV_AWS_111:A key policy's resource is the key itself
  #checkov:skip=CKV_AWS_356:A key policy's resource is the key itself
  statement {
    sid       = "AccountDecides"
    actions   = ["kms:*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["${local.arn_prefix}:iam::${local.account_id}:root"]
    }
  }
}

data "aws_iam_policy_document" "operations_key" {
  #checkov:skip=CKV_AWS_109:A key policy's resource is the key itself
  #checkov:skip=CKV_AWS_111:A key policy's resource is the key itself
  #checkov:skip=CKV_AWS_356:A key policy's resource is the key itself
  source_policy_documents = [data.aws_iam_policy_document.account_decides.json]

  statement {
    sid       = "LogsAreEncrypted"
    actions   = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:GenerateDataKey", "kms:DescribeKey"]
    resources = ["*"]

    principals {
      type        = "Service"
      identifiers = ["logs.${var.region}.amazonaws.com"]
    }

    condition {
      test     = "ArnLike"
      variable = "kms:EncryptionContext:aws:logs:arn"
      values   = ["${local.arn_prefix}:logs:${var.region}:${local.account_id}:log-group:*"]
    }
  }

  statement {
    sid       = "AlarmsReachTheTopic"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = ["*"]

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

resource "aws_kms_key" "tokens" {
  description             = "PayPulse: mailbox tokens, each under its person's encryption context"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  policy                  = data.aws_iam_policy_document.account_decides.json
}

resource "aws_kms_alias" "tokens" {
  name          = "alias/${var.name}"
  target_key_id = aws_kms_key.tokens.key_id
}

resource "aws_kms_key" "operations" {
  description             = "PayPulse: settings, logs, alarms"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  policy                  = data.aws_iam_policy_document.operations_key.json
}

resource "aws_kms_alias" "operations" {
  name          = "alias/${var.name}-operations"
  target_key_id = aws_kms_key.operations.key_id
}

# Made empty; docs/deploy.md says how their values are set, and what they hold. What signs bearer tokens is apart, so that only the
# functions that issue or look at tokens can read it.
resource "aws_secretsmanager_secret" "settings" {
  #checkov:skip=CKV2_AWS_57:Its keys are rotated by hand, new beside old, because Google's client secret cannot be rotated from here
  name                    = "${var.name}/settings"
  description             = "Secret settings, read when a function starts: a JSON object of variable names and values"
  kms_key_id              = aws_kms_key.operations.arn
  recovery_window_in_days = var.protect_data ? 30 : 0
}

resource "aws_secretsmanager_secret" "signing" {
  #checkov:skip=CKV2_AWS_57:Its keys are rotated by hand, new in front of old, so that what the former one signed stays good for its hour
  name                    = "${var.name}/signing"
  description             = "Keys that bearer tokens are signed with, read when a function starts: a JSON object of variable names and values"
  kms_key_id              = aws_kms_key.operations.arn
  recovery_window_in_days = var.protect_data ? 30 : 0
}

resource "aws_sesv2_configuration_set" "this" {
  configuration_set_name = var.name

  delivery_options {
    tls_policy = "REQUIRE"
  }

  reputation_options {
    reputation_metrics_enabled = true
  }

  suppression_options {
    suppressed_reasons = ["BOUNCE", "COMPLAINT"]
  }
}

resource "aws_sesv2_email_identity" "this" {
  email_identity         = var.mail_domain
  configuration_set_name = aws_sesv2_configuration_set.this.configuration_set_name
}

# Where a mobile app is notified: each device of each person is an endpoint of its own below it, which listens to its person's own
# topic, never to one for all. The code makes a topic when a person switches push messages on.
resource "aws_sns_platform_application" "push" {
  count = var.push == null ? 0 : 1

  name                = var.name
  platform            = var.push.platform
  platform_credential = var.push.credential
  platform_principal  = var.push.principal
}
