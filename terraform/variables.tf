variable "name" {
  description = "Prefix of whatever has no fixed name: roles, keys, alarms, the API."
  type        = string
  default     = "paypulse"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,20}$", var.name))
    error_message = "name is 2 to 21 lower-case letters, digits and hyphens, and starts with a letter."
  }
}

variable "region" {
  description = "AWS region of everything."
  type        = string
  default     = "eu-north-1"

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region looks like eu-north-1."
  }
}

variable "tags" {
  description = "Further tags on everything."
  type        = map(string)
  default     = {}

  validation {
    condition     = length(setintersection(keys(var.tags), ["Project", "ManagedBy"])) == 0
    error_message = "tags leaves Project and ManagedBy to this configuration; the budget counts by Project."
  }
}

variable "site_url" {
  description = "Public https address of the site. Null means the address that API Gateway gives it."
  type        = string
  default     = null

  validation {
    condition     = var.site_url == null || can(regex("^https://[^/]+$", coalesce(var.site_url, "https://x")))
    error_message = "site_url is https:// and a host, without a path."
  }
}

variable "domains" {
  description = "Own domain names of the site and the API, each with the ARN of its ACM certificate in this region."
  type = map(object({
    name            = string
    certificate_arn = string
  }))
  default = {}

  validation {
    condition     = length(setsubtract(keys(var.domains), ["site", "api"])) == 0
    error_message = "domains has the keys site and api only."
  }

  # Pages and API keep the bounds that browsers draw between hosts, and clients can check whom they speak with.
  validation {
    condition     = length(distinct([for domain in var.domains : lower(domain.name)])) == length(var.domains)
    error_message = "domains gives site and api a name each."
  }

  validation {
    condition     = alltrue([for domain in var.domains : can(regex("^arn:aws[a-z-]*:acm:", domain.certificate_arn))])
    error_message = "certificate_arn is a certificate of ACM."
  }
}

variable "mail_domain" {
  description = "Domain that mail is sent from; SES verifies it by the DNS records in the output mail_dns_records."
  type        = string
  default     = "paypulse.example"

  validation {
    condition     = can(regex("^[a-z0-9-]+(\\.[a-z0-9-]+)+$", var.mail_domain))
    error_message = "mail_domain is a bare domain name."
  }
}

variable "push" {
  description = "Platform of mobile push notifications (SNS), for example GCM with its credential. Null offers nobody push messages."
  type = object({
    platform   = string
    credential = string
    principal  = optional(string)
  })
  default   = null
  sensitive = true

  validation {
    condition     = var.push == null || contains(["ADM", "APNS", "APNS_SANDBOX", "GCM"], try(var.push.platform, ""))
    error_message = "push.platform is ADM, APNS, APNS_SANDBOX or GCM."
  }
}

# --- data -----------------------------------------------------------------------------------------------------------------

variable "invoices_bucket" {
  description = "Bucket of the original documents."
  type        = string
  default     = "rental-invoices-bucket"

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.invoices_bucket))
    error_message = "invoices_bucket is a valid bucket name: 3 to 63 lower-case letters, digits, dots and hyphens."
  }
}

variable "lambda_bucket" {
  description = "Bucket of the functions' packages."
  type        = string
  default     = "paypulse-lambda-bucket"

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.lambda_bucket))
    error_message = "lambda_bucket is a valid bucket name: 3 to 63 lower-case letters, digits, dots and hyphens."
  }
}

variable "protect_data" {
  description = "Refuse to delete tables, and buckets that hold anything. Set false, and apply, before a destroy."
  type        = bool
  default     = true
}

variable "scan_originals" {
  description = "Let GuardDuty's Malware Protection for S3 scan each original; what it finds malicious is handed to nobody. AWS bills it by object and gigabyte."
  type        = bool
  default     = false
}

variable "second_step" {
  description = "Of whom a second step (codes of an authenticator app) is demanded when signing in: nobody, staff or everyone."
  type        = string
  default     = "staff"

  validation {
    condition     = contains(["nobody", "staff", "everyone"], var.second_step)
    error_message = "second_step is nobody, staff or everyone."
  }
}

variable "recoverable_tables" {
  description = "Tables with point-in-time recovery beside RetailInvoices, which always has it."
  type        = set(string)
  default     = []

  validation {
    condition     = length(setsubtract(var.recoverable_tables, local.table_names)) == 0
    error_message = "recoverable_tables names tables of tables.tf."
  }
}

variable "autoscale_rental" {
  description = "Scale RentalInvoices and its index between 1 and 10 units at 70 % use. Emulators without Application Auto Scaling set false."
  type        = bool
  default     = true
}

# --- functions ------------------------------------------------------------------------------------------------------------

variable "bundle" {
  description = "Folder that `make bundle` filled: {architecture}/{function}.zip."
  type        = string
  default     = "../build/bundle"

  validation {
    condition     = length(fileset(var.bundle, "*/*.zip")) > 0
    error_message = "bundle holds no {architecture}/{function}.zip; run `make bundle` first."
  }
}

variable "architecture" {
  description = "Processor of the functions."
  type        = string
  default     = "arm64"

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "architecture is arm64 or x86_64."
  }
}

variable "parser_image_tag" {
  description = "Tag of the parsers' images in their repositories. Null deploys the parsers as ZIPs, where images cannot be built or run."
  type        = string
  default     = null

  validation {
    condition     = var.parser_image_tag == null || can(regex("^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$", coalesce(var.parser_image_tag, "x")))
    error_message = "parser_image_tag is a tag alone, such as 1.0.0."
  }
}

variable "fetch_concurrency" {
  description = "Mailboxes fetched at once, per queue. Gmail allows a project 6,000 units a minute for one person and more in all."
  type        = number
  default     = 10

  validation {
    condition     = var.fetch_concurrency >= 2 && var.fetch_concurrency <= 1000
    error_message = "fetch_concurrency is 2 to 1000, as SQS event sources allow."
  }
}

variable "max_receives" {
  description = "How often a queue message is tried before it lands in the dead-letter queue."
  type        = number
  default     = 5

  validation {
    condition     = var.max_receives >= 1 && var.max_receives <= 100
    error_message = "max_receives is 1 to 100."
  }
}

variable "schedules" {
  description = "Other expressions for schedules, by their names in functions.yaml."
  type        = map(string)
  default     = {}

  validation {
    condition     = length(setsubtract(keys(var.schedules), keys(local.schedules))) == 0
    error_message = "schedules names schedules of functions.yaml."
  }

  validation {
    condition     = alltrue([for each in values(var.schedules) : can(regex("^(cron|rate)\\(.+\\)$", each))])
    error_message = "A schedule is cron(...) or rate(...)."
  }
}

variable "schedules_enabled" {
  description = "Whether schedules run; false for an environment that shall stay quiet."
  type        = bool
  default     = true
}

variable "extra_environment" {
  description = "Further settings of every function and the site, or others than this configuration's."
  type        = map(string)
  default     = {}
}

variable "log_days" {
  description = "Days that logs are kept."
  type        = number
  default     = 365

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731], var.log_days)
    error_message = "log_days is one of the numbers that CloudWatch Logs knows."
  }
}

# --- the site -------------------------------------------------------------------------------------------------------------

variable "site_package" {
  description = "ZIP of the site that `make package-web` built with Zappa. Null leaves the site out."
  type        = string
  default     = null

  validation {
    condition     = var.site_package == null || try(fileexists(var.site_package), false)
    error_message = "site_package is not there; run `make package-web` first."
  }
}

variable "site_start" {
  description = "How the site's cold start is kept short: on-demand (nothing), snapstart (a snapshot), provisioned (warm copies)."
  type        = string
  default     = "on-demand"

  validation {
    condition     = contains(["on-demand", "snapstart", "provisioned"], var.site_start)
    error_message = "site_start is on-demand, snapstart or provisioned."
  }
}

variable "site_warm_copies" {
  description = "Warm copies when site_start is provisioned."
  type        = number
  default     = 1

  validation {
    condition     = var.site_warm_copies >= 1 && var.site_warm_copies <= 100
    error_message = "site_warm_copies is 1 to 100."
  }
}

variable "max_upload_bytes" {
  description = "Largest document a person may upload. A request through Lambda is 6 MB at most, base64 included."
  type        = number
  default     = 4194304

  validation {
    condition     = var.max_upload_bytes >= 65536 && var.max_upload_bytes <= 4500000
    error_message = "max_upload_bytes is 65536 to 4500000: base64 makes 6 MB of that, which is all that Lambda takes."
  }
}

variable "api_requests_per_second" {
  description = "Steady requests a second that each API takes; bursts may be twice as many."
  type        = number
  default     = 100

  validation {
    condition     = var.api_requests_per_second >= 1 && var.api_requests_per_second <= 10000
    error_message = "api_requests_per_second is 1 to 10000, which is what an account has."
  }
}

# --- watching -------------------------------------------------------------------------------------------------------------

variable "alarm_email" {
  description = "Address that alarms and budget warnings go to. Null leaves the topic without a subscriber."
  type        = string
  default     = null

  validation {
    condition     = var.alarm_email == null || can(regex("^[^@ ]+@[^@ ]+$", coalesce(var.alarm_email, "x@x")))
    error_message = "alarm_email is a mail address."
  }
}

variable "budget_usd" {
  description = "Monthly budget in US dollars: a warning at 80 % and at a forecast of 100 %. 0 for none."
  type        = number
  default     = 0

  validation {
    condition     = var.budget_usd >= 0
    error_message = "budget_usd is not negative."
  }
}

variable "ask_rate_limit" {
  description = "Share of documents, in percent of a day's, that may ask the person before an alarm."
  type        = number
  default     = 20

  validation {
    condition     = var.ask_rate_limit > 0 && var.ask_rate_limit <= 100
    error_message = "ask_rate_limit is a percentage above 0."
  }
}
