"""The reader at the command line: `read` shows what it makes of files, `evaluate` measures it on documents with known truth."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from invoices.parsing.document.opening import open_document
from invoices.parsing.evaluate import Report, cross_validated, evaluate, predicted, slices, speed, table
from invoices.parsing.reader import read
from invoices.parsing.result import Reading
from paypulse.core.errors import PayPulseError
from vendors.vendor import Vendor


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; gives 0, or 1 when a file could not be read."""
    options = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        return run(options)
    except (OSError, PayPulseError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m invoices.parsing", description=__doc__)
    commands = parser.add_subparsers(required=True)
    reading = commands.add_parser("read", help="read files and show each fact with its status and place")
    reading.add_argument("files", nargs="+", type=Path, metavar="FILE")
    reading.add_argument("--vendor", metavar="ID", help="read with this row of the vendor catalogue")
    reading.add_argument("--explain", action="store_true", help="show what was considered, and why")
    reading.add_argument("--json", action="store_true", help="one JSON object a line")
    reading.set_defaults(run=_read)
    measuring = commands.add_parser("evaluate", help="compare with the known truth of a folder (truth.jsonl)")
    measuring.add_argument("folder", type=Path, metavar="DIR")
    measuring.add_argument("--json", action="store_true", help="the table as JSON")
    measuring.add_argument(
        "--predictions", type=Path, metavar="OUT.jsonl", help="write what was read, one document a line"
    )
    measuring.add_argument(
        "--cross-validate", action="store_true", help="read each group without the labels that only it has"
    )
    measuring.set_defaults(run=_evaluate)
    training = commands.add_parser("train", help="fit the ranking weights to the known truth of a folder")
    training.add_argument("folder", type=Path, metavar="DIR")
    training.add_argument("--cross-validate", action="store_true", help="fit without each group, measure on it")
    training.add_argument("--write", action="store_true", help="put the fitted weights into the shipped file")
    training.set_defaults(run=_train)
    return parser


def _train(options: argparse.Namespace) -> int:
    from invoices.parsing import train  # only this command needs it
    from invoices.parsing.weights import SHIPPED

    known = tuple(train.examples(options.folder))
    if options.cross_validate:
        print(f"{'field':<16}{'weights':<18}{'right':>8}{'groups':>8}{'sure':>6}{'asks':>8}")
        for name in train.FITTED:
            for how, fit in zip(("shipped", "cross-validated"), train.cross_validate(known, name), strict=True):
                figures = f"{fit.right:>8.1%}{fit.by_group:>8.1%}{fit.wrong_but_sure:>6}{fit.ask_rate:>8.1%}"
                print(f"{name:<16}{how:<18}{figures}")
        return 0
    table = train.written(train.fitted(known), SHIPPED.read_text(encoding="utf-8"))
    print(table)
    if options.write:
        SHIPPED.write_text(table, encoding="utf-8")
    return 0


def _read(options: argparse.Namespace) -> int:
    vendor = _vendor(options.vendor) if options.vendor else None
    failed = 0
    for path in options.files:
        try:
            reading = read(open_document(path.read_bytes(), filename=path.name), vendor, explain=options.explain)
        except (OSError, PayPulseError) as error:
            print(f"{path}: {error}", file=sys.stderr)
            failed = 1
            continue
        print(_line(_as_json(path, reading)) if options.json else _as_text(path, reading))
    return failed


def _line(value: Any) -> str:
    """One line of JSON, amounts as the exact numbers they are and dates in ISO form."""
    from msgspec.json import Encoder  # reading itself needs none

    return Encoder(decimal_format="number").encode(value).decode()


def _vendor(vendor_id: str) -> Vendor:
    from vendors.shipped import shipped

    found = next((vendor for vendor in shipped() if vendor.vendor_id == vendor_id), None)
    if found is None:
        raise PayPulseError(f"no vendor {vendor_id!r} in the catalogue")
    return found


def _as_json(path: Path, reading: Reading) -> dict[str, Any]:
    facts = {
        name: {
            "value": fact.value,
            "status": fact.status,
            "confidence": fact.confidence,
            "method": fact.method,
            "evidence": [_place(each) for each in fact.evidence],
        }
        for name, fact in reading.facts()
    }
    considered = [
        {
            "field": each.field,
            "value": each.value,
            "score": each.score,
            "stands": each.stands,
            "reasons": each.reasons,
        }
        for each in reading.candidates
    ]
    plain = predicted(str(path), reading)
    extra = {"candidates": considered} if considered else {}
    return {
        "file": str(path),
        "kind": reading.kind,
        "facts": facts,
        "line_items": plain["line_items"],
        "warnings": reading.warnings,
        **extra,
    }


def _place(evidence: Any) -> dict[str, Any]:
    place = {
        "snippet": evidence.snippet,
        "part": evidence.part,
        "page": evidence.page,
        "box": evidence.box,
        "path": evidence.path,
    }
    return {name: value for name, value in place.items() if value is not None}


def _as_text(path: Path, reading: Reading) -> str:
    lines = [f"{path}: {reading.kind.value}"]
    lines += [
        f"  {name:<18} {fact.value!s:<40} {fact.status.value:<7} {fact.confidence:.2f}  {fact.method}"
        for name, fact in reading.facts()
    ]
    lines += [
        f"  line               {item.description[:60]:<62} {item.quantity or '':>8} {item.total_price}"
        for item in reading.line_items
    ]
    lines += [f"  warning            {warning}" for warning in reading.warnings]
    lines += [
        f"  ? {each.field:<16} {each.value!s:<40} {each.score:>6}  {', '.join(each.reasons)}"
        for each in reading.candidates
    ]
    return "\n".join(lines)


def _evaluate(options: argparse.Namespace) -> int:
    measure = cross_validated if options.cross_validate else evaluate
    report = measure(options.folder, progress=_progress if sys.stderr.isatty() else None)
    if options.predictions:
        options.predictions.write_text("".join(f"{_line(each)}\n" for each in report.predictions), encoding="utf-8")
    print(json.dumps(_report_json(report)) if options.json else _report_text(report))
    return 0


def _progress(done: int, total: int) -> None:
    filled = 30 * done // max(total, 1)
    print(
        f"\r[{'#' * filled}{'.' * (30 - filled)}] {done}/{total}",
        end="" if done < total else "\n",
        file=sys.stderr,
        flush=True,
    )


def _report_json(report: Report) -> dict[str, Any]:
    parts = {
        name: {
            "documents": len(judged),
            "milliseconds": dict(zip(("p50", "p95"), speed(judged), strict=True)),
            "fields": {
                line.field: {
                    key: getattr(line, key)
                    for key in ("documents", "right", "by_group", "missed", "wrong", "wrong_but_sure", "ask_rate")
                }
                for line in table(judged)
            },
        }
        for name, judged in slices(report.judged).items()
    }
    return {
        **parts,
        "negatives": report.negatives,
        "false_invoices": report.false_invoices,
        "lost_invoices": report.lost,
    }


def _report_text(report: Report) -> str:
    lines = []
    for name, judged in slices(report.judged).items():
        median, high = speed(judged)
        lines.append(f"\n{name}: {len(judged)} documents, p50 {median:.1f} ms, p95 {high:.1f} ms")
        lines.append(f"  {'field':<20}{'n':>4}{'right':>8}{'groups':>8}{'missed':>8}{'wrong':>7}{'sure':>6}{'asks':>8}")
        lines += [
            f"  {each.field:<20}{each.documents:>4}{each.right:>8.1%}{each.by_group:>8.1%}{each.missed:>8}{each.wrong:>7}{each.wrong_but_sure:>6}{each.ask_rate:>8.1%}"
            for each in table(judged)
        ]
    refused = [f"{each.file}: {each.error}" for each in report.judged if each.error]
    lines += ["", *(f"refused: {line}" for line in refused)]
    taken, lost = report.false_invoices, report.lost
    lines.append(f"negatives taken for an invoice: {len(taken)} of {report.negatives} {' '.join(taken)}")
    lines.append(f"invoices taken for none: {len(lost)} of {len(report.judged)} {' '.join(lost)}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
