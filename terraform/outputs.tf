output "api_url" {
  description = "Address below which /v1 lies."
  value       = try("https://${var.domains.api.name}", aws_apigatewayv2_api.this["api"].api_endpoint)
}

output "site_url" {
  description = "Address of the site."
  value       = local.site_url
}

output "google_redirect_uri" {
  description = "What to enter as authorised redirect URI at Google."
  value       = "${local.site_url}/accounts/google/callback/"
}

output "settings_secret" {
  description = "ARN of the secret that holds the secret settings; its value is set by hand once."
  value       = aws_secretsmanager_secret.settings.arn
}

output "signing_secret" {
  description = "ARN of the secret that holds the keys of bearer tokens; its value is set by hand once."
  value       = aws_secretsmanager_secret.signing.arn
}

output "site_role_arn" {
  description = "Role of the site's function, for zappa_settings.json."
  value       = try(aws_iam_role.function["site"].arn, null)
}

output "site_function" {
  description = "Name of the site's function."
  value       = local.site_name
}

output "site_environment" {
  description = "Settings of the site's function; nothing secret is among them."
  value       = merge(local.environment, try(local.secrets_of["site"], {}))
}

output "invoices_bucket" {
  description = "Bucket of the original documents."
  value       = aws_s3_bucket.this["invoices"].id
}

output "lambda_bucket" {
  description = "Bucket of the packages."
  value       = aws_s3_bucket.this["lambda"].id
}

output "tables" {
  description = "ARNs of the tables by name."
  value       = local.table_arns
}

output "queues" {
  description = "Addresses of the work queues by name."
  value       = { for name, queue in aws_sqs_queue.work : name => queue.url }
}

output "failures_queue" {
  description = "Queue of the events that S3, streams and schedules gave up on."
  value       = aws_sqs_queue.failures.url
}

output "parser_repositories" {
  description = "Where the parsers' images are pushed."
  value       = { for name, repository in aws_ecr_repository.parser : name => repository.repository_url }
}

output "mail_dns_records" {
  description = "CNAME records that prove the mail domain to SES: name and value."
  value = {
    for token in try(aws_sesv2_email_identity.this.dkim_signing_attributes[0].tokens, []) :
    "${token}._domainkey.${var.mail_domain}" => "${token}.dkim.amazonses.com"
  }
}

output "domain_dns_records" {
  description = "CNAME records that lead the own domains to their gateways: name and value."
  value       = { for domain in aws_apigatewayv2_domain_name.this : domain.domain_name => domain.domain_name_configuration[0].target_domain_name }
}

output "alarm_topic" {
  description = "Topic that alarms are told to."
  value       = aws_sns_topic.alarms.arn
}
