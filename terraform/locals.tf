# What functions.yaml says, in the shapes that resources iterate over.
locals {
  listed = yamldecode(file("${path.module}/../lambdas/functions.yaml"))

  functions = {
    for name, entry in local.listed.functions : name => {
      does      = entry.does
      handler   = "${try(entry.module, "lambdas.${name}")}.handler"
      image     = try(entry.package, local.listed.defaults.package) == "image" && var.parser_image_tag != null
      memory_mb = try(entry.memory_mb, local.listed.defaults.memory_mb)
      timeout_s = try(entry.timeout_s, local.listed.defaults.timeout_s)
      public    = try(entry.public, false)
      routes    = try(entry.routes, [])
      schedules = try(entry.schedules, [])
      queues    = try(entry.queues, [])
      streams   = try(entry.streams, [])
      objects   = try(entry.objects, [])
    }
  }
  zipped = { for name, function in local.functions : name => function if !function.image }
  imaged = { for name, function in local.functions : name => function if function.image }

  authorizer = one([for name, entry in local.listed.functions : name if try(entry.authorizes, false)])

  routes          = merge([for name, function in local.functions : { for route in function.routes : route => name }]...)
  schedules       = merge([for name, function in local.functions : { for each in function.schedules : each.name => merge(each, { function = name }) }]...)
  queue_feeds     = merge([for name, function in local.functions : { for each in function.queues : each.name => merge(each, { function = name }) }]...)
  stream_feeds    = merge([for name, function in local.functions : { for each in function.streams : "${name} ${each.table}" => merge(each, { function = name }) }]...)
  object_triggers = flatten([for name, function in local.functions : [for each in function.objects : merge(each, { function = name })]])

  # Rights, of the functions and of the site, with "*" spelt out as every table.
  rights = {
    for name, entry in merge(local.listed.functions, var.site_package == null ? {} : { site = local.listed.site }) : name => {
      tables = merge([
        for table, verbs in try(entry.rights.tables, {}) : { for each in(table == "*" ? local.table_names : [table]) : each => verbs }
      ]...)
      buckets = try(entry.rights.buckets, {})
      queues  = try(entry.rights.queues, {})
      kms     = try(entry.rights.kms, [])
      mail    = try(entry.rights.mail, false)
      push    = try(entry.rights.push, [])
      secrets = try(entry.rights.secrets, [])
    }
  }

  # Written out rather than asked for, so that a role does not wait for what it may use.
  mail_arns = ["identity/${var.mail_domain}", "configuration-set/${var.name}"]

  # What the names of people's push topics begin with; empty where nobody is offered any. Whether there is a platform is no secret.
  push_topics     = nonsensitive(var.push == null) ? "" : "${var.name}-push-"
  push_topic_arns = "${local.arn_prefix}:sns:${var.region}:${local.account_id}:${local.push_topics}*"

  account_id = data.aws_caller_identity.current.account_id
  arn_prefix = "arn:${data.aws_partition.current.partition}"
  site_url   = coalesce(var.site_url, try("https://${var.domains.site.name}", null), try(aws_apigatewayv2_api.this["site"].api_endpoint, null), "https://${var.mail_domain}")

  # Where a function, or the site, finds the secrets that its entry names; without any it has no such variable.
  secret_arns = { settings = aws_secretsmanager_secret.settings.arn, signing = aws_secretsmanager_secret.signing.arn }
  secrets_of = {
    for name, rights in local.rights : name => { PAYPULSE_SETTINGS_SECRET = join(",", [for each in rights.secrets : local.secret_arns[each]]) }
    if length(rights.secrets) > 0
  }

  environment = merge({
    PAYPULSE_ENV                 = "production"
    PAYPULSE_SITE_URL            = local.site_url
    PAYPULSE_INVOICES_BUCKET     = var.invoices_bucket
    PAYPULSE_KMS_KEY_ID          = aws_kms_key.tokens.arn
    PAYPULSE_MAIL_FROM           = "PayPulse <no-reply@${var.mail_domain}>"
    PAYPULSE_MAX_RECEIVES        = tostring(var.max_receives)
    PAYPULSE_MAX_UPLOAD_BYTES    = tostring(var.max_upload_bytes)
    PAYPULSE_SECOND_STEP         = var.second_step
    POWERTOOLS_METRICS_NAMESPACE = var.name
    POWERTOOLS_LOG_LEVEL         = "INFO"
    }, local.push_topics == "" ? {} : {
    PAYPULSE_PUSH_PLATFORM = aws_sns_platform_application.push[0].arn
    PAYPULSE_PUSH_TOPICS   = local.push_topics
  }, var.extra_environment)
}
