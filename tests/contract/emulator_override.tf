# Laid beside the configuration by the tests: an emulator has no credentials to check and serves buckets by path.
provider "aws" {
  access_key                  = "000000000000"
  secret_key                  = "000000000000"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  s3_use_path_style           = true
}
