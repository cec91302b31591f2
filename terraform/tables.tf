# Every table as the models in accounts, vendors and invoices declare it; a contract test compares the two.
locals {
  # {table: {key: [partition], or [partition, sort]; indexes: {name: the same}; numbers: attributes of type N; ...}}
  tables = {
    # Who
    Users       = { key = ["UserID"], indexes = { "Email-index" = ["Email"] } }
    EmailClaims = { key = ["Email"] }
    Sessions    = { key = ["session_key"], indexes = { "UserID-index" = ["UserID"] }, expiry = "expire_date" }
    Throttles   = { key = ["ThrottleKey"], expiry = "expires_at" }
    OneTimeTokens = {
      key = ["TokenHash"], indexes = { "UserID-index" = ["UserID"] }, keys_only = ["UserID-index"], expiry = "expires_at"
    }
    ApiTokens     = { key = ["TokenHash"], indexes = { "UserID-index" = ["UserID"] } }
    SecondFactors = { key = ["UserID"] }
    Mailboxes = {
      key = ["UserID", "MailboxID"], indexes = { "ConnectedShard-index" = ["ConnectedShard", "MailboxID"] }, keys_only = ["ConnectedShard-index"]
    }
    MailboxTokens  = { key = ["UserID", "MailboxID"] }
    PushDevices    = { key = ["UserID", "DeviceID"], indexes = { "DeviceID-index" = ["DeviceID"] }, keys_only = ["DeviceID-index"] }
    RequestAnswers = { key = ["UserID", "RequestKey"], expiry = "expires_at" }
    AuditEvents    = { key = ["UserID", "EventID"], expiry = "expires_at" }
    AdminLog = {
      key     = ["id"], numbers = ["id"]
      indexes = { "object_id-index" = ["object_id", "action_time"], "user_id-index" = ["user_id", "action_time"] }
    }

    # From whom
    VendorConfig         = { key = ["vendor_id"] }
    VendorConfigVersions = { key = ["vendor_id", "version"], numbers = ["version"] }
    VendorReadings = {
      key = ["vendor_id", "reading_id"], indexes = { "UserID-index" = ["UserID"] }, keys_only = ["UserID-index"], expiry = "expires_at"
    }

    # What
    RetailInvoices = {
      key = ["UserID", "InvoiceID"], stream = true, recoverable = true
      indexes = {
        "invoice_date-index"          = ["UserID", "invoice_date"]
        "sub_type-invoice_date-index" = ["UserID_SubType", "invoice_date"]
      }
    }
    FoodDeliveryInvoices         = { key = ["InvoiceID"] }
    ClothingInvoices             = { key = ["InvoiceID"] }
    TechnologyInvoices           = { key = ["InvoiceID"] }
    SubscriptionInvoices         = { key = ["InvoiceID"] }
    GroceryInvoices              = { key = ["InvoiceID"] }
    MiscellaneousUtilityInvoices = { key = ["InvoiceID"] }
    MiscellaneousInvoices        = { key = ["InvoiceID"] }
    TravelInvoices               = { key = ["InvoiceID"] }
    MessageLedger                = { key = ["UserID", "EntryID"] }
    InvoiceFingerprints          = { key = ["UserID", "Fingerprint"] }
    Jobs                         = { key = ["UserID", "JobID"], expiry = "expires_at" }
    MonthlySummaries             = { key = ["UserID", "Month"] }
    Notices                      = { key = ["UserID", "NoticeID"] }
    Lessons                      = { key = ["UserID", "VendorKey"] }
    ExchangeRates                = { key = ["Day"] }
  }
  table_names = toset([for name in concat(keys(local.tables), ["RentalInvoices"]) : name])
  table_arns  = merge({ for name, table in aws_dynamodb_table.on_demand : name => table.arn }, { RentalInvoices = aws_dynamodb_table.rental.arn })
  stream_arns = {
    RentalInvoices = aws_dynamodb_table.rental.stream_arn
    RetailInvoices = aws_dynamodb_table.on_demand["RetailInvoices"].stream_arn
  }
}

resource "aws_dynamodb_table" "on_demand" {
  #checkov:skip=CKV_AWS_119:AWS's own key encrypts the tables; the one secret in them, mailbox tokens, is encrypted by our key before it is stored
  #checkov:skip=CKV_AWS_28:Only RetailInvoices is to be recoverable; recoverable_tables adds others at their price
  for_each = local.tables

  name                        = each.key
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = each.value.key[0]
  range_key                   = try(each.value.key[1], null)
  deletion_protection_enabled = var.protect_data
  stream_enabled              = try(each.value.stream, false)
  stream_view_type            = try(each.value.stream, false) ? "NEW_AND_OLD_IMAGES" : null

  dynamic "attribute" {
    for_each = toset(concat(each.value.key, flatten(values(try(each.value.indexes, {})))))
    content {
      name = attribute.value
      type = contains(try(each.value.numbers, []), attribute.value) ? "N" : "S"
    }
  }

  dynamic "global_secondary_index" {
    for_each = try(each.value.indexes, {})
    content {
      name            = global_secondary_index.key
      hash_key        = global_secondary_index.value[0]
      range_key       = try(global_secondary_index.value[1], null)
      projection_type = contains(try(each.value.keys_only, []), global_secondary_index.key) ? "KEYS_ONLY" : "ALL"
    }
  }

  dynamic "ttl" {
    for_each = try([each.value.expiry], [])
    content {
      attribute_name = ttl.value
      enabled        = true
    }
  }

  point_in_time_recovery {
    enabled = try(each.value.recoverable, false) || contains(var.recoverable_tables, each.key)
  }

  server_side_encryption {
    enabled = true
  }
}

resource "aws_dynamodb_table" "rental" {
  #checkov:skip=CKV_AWS_119:AWS's own key encrypts the tables; no secret is in this one
  #checkov:skip=CKV_AWS_28:Recovery is off here by decision: each row can be read again from its original; recoverable_tables turns it on
  name                        = "RentalInvoices"
  billing_mode                = "PROVISIONED"
  read_capacity               = 5
  write_capacity              = 5
  hash_key                    = "UserID"
  range_key                   = "InvoiceID"
  deletion_protection_enabled = var.protect_data
  stream_enabled              = true
  stream_view_type            = "NEW_AND_OLD_IMAGES"

  dynamic "attribute" {
    for_each = toset(["UserID", "InvoiceID", "due_date_year", "due_date_month"])
    content {
      name = attribute.value
      type = "S"
    }
  }

  global_secondary_index {
    name            = "due_date_year-due_date_month-index"
    hash_key        = "due_date_year"
    range_key       = "due_date_month"
    projection_type = "ALL"
    read_capacity   = 5
    write_capacity  = 5
  }

  point_in_time_recovery {
    enabled = contains(var.recoverable_tables, "RentalInvoices")
  }

  server_side_encryption {
    enabled = true
  }

  lifecycle {
    # Autoscaling moves the capacities; what it set is not drift.
    ignore_changes = [read_capacity, write_capacity, global_secondary_index]
  }
}

locals {
  rental_targets = {
    for pair in setproduct(["table/RentalInvoices", "table/RentalInvoices/index/due_date_year-due_date_month-index"], ["Read", "Write"]) :
    join(" ", pair) => {
      resource  = pair[0]
      kind      = length(regexall("/index/", pair[0])) > 0 ? "index" : "table"
      direction = pair[1]
    }
  }
}

resource "aws_appautoscaling_target" "rental" {
  for_each = var.autoscale_rental ? local.rental_targets : {}

  service_namespace  = "dynamodb"
  resource_id        = each.value.resource
  scalable_dimension = "dynamodb:${each.value.kind}:${each.value.direction}CapacityUnits"
  min_capacity       = 1
  max_capacity       = 10

  depends_on = [aws_dynamodb_table.rental]
}

resource "aws_appautoscaling_policy" "rental" {
  for_each = aws_appautoscaling_target.rental

  name               = "${var.name} ${each.key} at 70 percent"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = each.value.service_namespace
  resource_id        = each.value.resource_id
  scalable_dimension = each.value.scalable_dimension

  target_tracking_scaling_policy_configuration {
    target_value = 70

    predefined_metric_specification {
      predefined_metric_type = "DynamoDB${local.rental_targets[each.key].direction}CapacityUtilization"
    }
  }
}
