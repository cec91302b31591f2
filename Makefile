# One machine, Python and make: everything else is installed by these targets.
PYTHON ?= python3
BIN := .venv/bin
# The processor that functions and site are deployed for: arm64 or x86_64.
ARCH ?= arm64
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run test check static format lint types imports terraform security audit bench bundle faults accuracy lock screenshots package-web deploy-web clean

# --- setting up -----------------------------------------------------------------------------------------------------
.venv/run.ready: requirements.lock
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --requirement requirements.lock
	touch $@

.venv/dev.ready: requirements-dev.lock .venv/run.ready
	$(BIN)/pip install --quiet --requirement requirements-dev.lock
	touch $@

# --- the two commands -----------------------------------------------------------------------------------------------
run: .venv/run.ready                  ## the whole product on this machine: emulator, inbox, functions, site
	$(BIN)/python -m paypulse.sandbox run

test: .venv/dev.ready                 ## every test this machine can run; says what it left out
	$(BIN)/python -m pytest -n 2 --dist loadgroup

# --- the rest -------------------------------------------------------------------------------------------------------
check: static test                    ## format, lint, types, import contracts, Terraform, every test

static: format lint types imports terraform

format: .venv/dev.ready
	$(BIN)/ruff format --check .

lint: .venv/dev.ready
	$(BIN)/ruff check .

types: .venv/dev.ready
	$(BIN)/mypy paypulse accounts vendors invoices lambdas docs/client.py

imports: .venv/dev.ready
	$(BIN)/lint-imports

terraform: .venv/dev.ready
	$(BIN)/python -m tests.contract.terraform_static terraform

.checkov-venv/ready: tests/contract/checkov.txt
	$(PYTHON) -m venv .checkov-venv
	.checkov-venv/bin/pip install --quiet --requirement tests/contract/checkov.txt
	touch $@

security: .checkov-venv/ready         ## checkov over terraform/: no finding, or each exception with its reason beside it
	.checkov-venv/bin/checkov --directory terraform --framework terraform --compact --quiet --skip-download

.audit-venv/ready: tests/audit.txt
	$(PYTHON) -m venv .audit-venv
	.audit-venv/bin/pip install --quiet --requirement tests/audit.txt
	touch $@

audit: .audit-venv/ready              ## what of requirements.lock breaks the time frames of docs/security.md; asks the package index
	$(PYTHON) tests/audit.py .audit-venv/bin/pip-audit

bench: .venv/dev.ready                ## every benchmark, printed as tables
	$(BIN)/python -m bench

bundle: .venv/dev.ready               ## one ZIP a function, with a size table and an SBOM
	$(BIN)/python -m lambdas.bundle build/bundle --wheels build/wheels

package-web: .venv/dev.ready          ## the site's package, with Zappa, as build/site/$(ARCH)/site.zip
	$(BIN)/python -m lambdas.bundle.site build/site --arch $(ARCH) --wheels build/wheels

deploy-web: bundle package-web        ## terraform apply with the site's package; asks before it changes anything
	terraform -chdir=terraform init -input=false
	terraform -chdir=terraform apply -var=architecture=$(ARCH) -var=site_package=../build/site/$(ARCH)/site.zip

faults: .venv/dev.ready               ## the fault harness at full size
	$(BIN)/python -m tests.faults

accuracy: .venv/dev.ready             ## measure the reading engine: make accuracy DOCUMENTS=folder
	$(BIN)/python -m invoices.parsing evaluate $(DOCUMENTS)

screenshots: .venv/dev.ready          ## docs/screenshots, both themes and widths
	$(BIN)/python -m tests.screenshots docs/screenshots
	$(BIN)/python -m tests.vendor_guide docs/screenshots

lock:                                 ## both lock files, resolved afresh from pyproject.toml
	$(PYTHON) tests/lock.py

clean:
	rm -rf .venv .sandbox-venv* .checkov-venv .audit-venv .sandbox build .pytest_cache .mypy_cache .ruff_cache .hypothesis
