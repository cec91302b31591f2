"""Django's database engine over our PynamoDB models: no SQL, no cursor, no migration.

DATABASES = {"default": {
    "ENGINE": "paypulse.dynamodb",
    "TABLES": {"vendors.VendorConfig": "vendors.tables.VendorConfig", ...},  # Django model: PynamoDB model
    "SCANNABLE": {"vendors.VendorConfig": "vendors.store.latest_changes"},    # small enough to be read whole
}}

A Django model is a facade: its fields carry the names of the PynamoDB model's attributes, and a system check fails when
the two drift apart. `base` connects, `conditions` turns a WHERE tree into a predicate, `compiler` answers queries and
`tables` reaches the items. A query that this engine cannot answer raises NotSupportedError before anything is read; a
table that is not named scannable is never scanned. Beside its name stands a function that gives the latest changes of its
items: of a scan that this process made in the last minute, only what was written since is read again.
"""
