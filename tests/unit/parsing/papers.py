"""Invented invoices, receipts and mails in many layouts and languages, each with what it says."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage
from io import BytesIO
from typing import Any

from reportlab.pdfgen import canvas

L = 60  # the left margin, in points


@dataclass(frozen=True, slots=True)
class Paper:
    """One document and its truth; no truth means that it must not be taken for an invoice."""

    name: str
    content: bytes
    truth: dict[str, Any]


PAPERS: list[Paper] = []


def pdf(name: str, lines: list[Any], **truth: Any) -> None:
    """Lines of (x, text, size); a negative x sets the text to end there, a number leaves room, None turns the page."""
    written = BytesIO()
    page = canvas.Canvas(written, pagesize=(595, 842), invariant=True)
    y = 800
    for line in lines:
        if line is None:
            page.showPage()
            y = 800
        elif isinstance(line, int):
            y -= line
        else:
            y -= _set_line(page, y, line)
    page.save()
    PAPERS.append(Paper(name, written.getvalue(), truth))


def _set_line(page: canvas.Canvas, y: int, line: list[Any]) -> int:
    for x, text, *size in line:
        page.setFont("Helvetica", size[0] if size else 10)
        (page.drawString if x >= 0 else page.drawRightString)(abs(x), y, text)
    return 5 + max([10, *(size[0] for _, _, *size in line if size)])


def html(name: str, body: str, **truth: Any) -> None:
    content = f'<html><head><meta charset="utf-8"></head><body>{body}</body></html>'
    PAPERS.append(Paper(name, content.encode(), truth))


def eml(
    name: str,
    sender: str,
    subject: str,
    body: str,
    *,
    date: str = "Tue, 10 Mar 2026 10:00:00 +0100",
    ctype: str = "text/html",
    **truth: Any,
) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"], message["Date"] = sender, "alice@example.com", subject, date
    message.set_content(body, subtype=ctype.split("/")[1])
    PAPERS.append(Paper(name, message.as_bytes(), truth))


def tr(*cells: str) -> str:
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def table(*rows: tuple[str, ...]) -> str:
    return "<table>" + "".join(tr(*row) for row in rows) + "</table>"


pdf(
    "sv1.pdf",
    [
        [(L, "Lindgrens Elektriska AB", 16), (400, "FAKTURA", 18)],
        [(L, "Storgatan 4"), (400, "Sida 1(1)")],
        [(L, "123 45 Uppsala")],
        20,
        [(L, "Fakturanr", 8), (160, "Fakturadatum", 8), (260, "Kundnr", 8), (360, "Förfallodatum", 8)],
        [(L, "48213"), (160, "2026-03-02"), (260, "1189"), (360, "2026-04-01")],
        20,
        [(320, "Anna Svensson")],
        [(320, "Björkvägen 8")],
        [(320, "754 31 Uppsala")],
        30,
        [(L, "Beskrivning"), (300, "Antal"), (-430, "À-pris"), (-530, "Belopp")],
        [(L, "Felsökning jordfelsbrytare"), (300, "2,00 tim"), (-430, "650,00"), (-530, "1 300,00")],
        [(L, "Jordfelsbrytare 40A"), (300, "1,00 st"), (-430, "845,50"), (-530, "845,50")],
        40,
        [(L, "Netto", 8), (160, "Moms %", 8), (240, "Moms kr", 8), (330, "Öresavr.", 8), (430, "ATT BETALA", 8)],
        [(L, "2 145,50"), (160, "25"), (240, "536,38"), (330, "0,12"), (430, "SEK 2 682,00", 12)],
        60,
        [(L, "Bankgiro 5050-1055"), (240, "Org.nr 556677-8899"), (400, "Godkänd för F-skatt")],
    ],
    vendor_name="Lindgrens Elektriska AB",
    total_amount="2682.00",
    currency="SEK",
    invoice_date="2026-03-02",
    due_date="2026-04-01",
    invoice_number="48213",
    items=["1300.00", "845.50"],
)
pdf(
    "no1.pdf",
    [
        [(L, "Fjellkraft AS", 14)],
        [(L, "Postboks 12, 0150 Oslo")],
        [(L, "Org.nr: 987 654 321 MVA")],
        20,
        [(L, "Kari Nordmann"), (350, "Faktura", 16)],
        [(L, "Bakkeveien 2"), (350, "Fakturanr."), (450, "10023")],
        [(L, "0275 Oslo"), (350, "Fakturadato"), (450, "03.02.2026")],
        [(350, "Forfallsdato"), (450, "17.02.2026")],
        [(350, "Kundenr."), (450, "55120")],
        [(350, "KID"), (450, "0055120100234")],
        30,
        [(L, "Beskrivelse"), (-380, "Antall"), (-450, "Pris"), (-530, "Beløp")],
        [(L, "Strømforbruk januar"), (-380, "412 kWh"), (-450, "0,85"), (-530, "350,20")],
        [(L, "Fastbeløp"), (-380, "1"), (-450, "49,00"), (-530, "49,00")],
        20,
        [(350, "Sum eks. mva"), (-530, "399,20")],
        [(350, "MVA 25 %"), (-530, "99,80")],
        [(350, "Å betale"), (-530, "NOK 499,00")],
        40,
        [(L, "Kontonr. 1234 56 78903    Betales innen 17.02.2026")],
    ],
    vendor_name="Fjellkraft AS",
    total_amount="499.00",
    currency="NOK",
    invoice_date="2026-02-03",
    due_date="2026-02-17",
    invoice_number="10023",
    items=["350.20", "49.00"],
)
pdf(
    "da1.pdf",
    [
        [(L, "FAKTURA 20417", 16)],
        [(L, "Dato: 05-03-2026")],
        [(L, "Betalingsfrist: 19-03-2026")],
        20,
        [(L, "Jens Hansen"), (-530, "Havnens Cykler ApS")],
        [(L, "Nørregade 3"), (-530, "Havnegade 7, 8000 Aarhus C")],
        [(L, "8000 Aarhus C"), (-530, "CVR: 12345678")],
        30,
        [(L, "Vare"), (300, "Antal"), (-430, "Stk. pris"), (-530, "I alt")],
        [(L, "Cykelservice"), (300, "1"), (-430, "600,00"), (-530, "600,00")],
        [(L, "Kæde"), (300, "2"), (-430, "200,00"), (-530, "400,00")],
        10,
        [(350, "Subtotal"), (-530, "1.000,00")],
        [(350, "Moms (25%)"), (-530, "250,00")],
        [(350, "I alt DKK"), (-530, "1.250,00")],
        40,
        [(L, "Betales til reg. 1234 konto 0001234567")],
    ],
    vendor_name="Havnens Cykler ApS",
    total_amount="1250.00",
    currency="DKK",
    invoice_date="2026-03-05",
    due_date="2026-03-19",
    invoice_number="20417",
    items=["600.00", "400.00"],
)
pdf(
    "fi1.pdf",
    [
        [(L, "Saunatarvike Oy", 14), (350, "LASKU", 14)],
        [(L, "Mannerheimintie 5"), (350, "Päiväys"), (450, "1.3.2026")],
        [(L, "00100 Helsinki"), (350, "Laskun numero"), (450, "5521")],
        [(350, "Viitenumero"), (450, "55213")],
        [(350, "Eräpäivä"), (450, "15.3.2026")],
        [(350, "Viivästyskorko"), (450, "8,0 %")],
        20,
        [(L, "Matti Meikäläinen")],
        [(L, "Kotikatu 1")],
        20,
        [(L, "Tuote"), (300, "Määrä"), (-420, "à hinta"), (-530, "Yhteensä")],
        [(L, "Kiuas"), (300, "1 kpl"), (-420, "400,00"), (-530, "400,00")],
        [(L, "Toimitus"), (300, "1"), (-420, "20,00"), (-530, "20,00")],
        20,
        [(300, "Veroton yhteensä"), (-530, "420,00")],
        [(300, "ALV 25,5 %"), (-530, "107,10")],
        [(300, "Maksettava yhteensä EUR"), (-530, "527,10")],
        30,
        [(L, "IBAN FI21 1234 5600 0007 85  BIC NDEAFIHH  Y-tunnus 1234567-8")],
    ],
    vendor_name="Saunatarvike Oy",
    total_amount="527.10",
    currency="EUR",
    invoice_date="2026-03-01",
    due_date="2026-03-15",
    invoice_number="5521",
    items=["400.00", "20.00"],
)
pdf(
    "es1.pdf",
    [
        [(L, "Talleres Morales S.L.", 14)],
        [(L, "CIF: B12345678")],
        [(L, "C/ Mayor 12, 28013 Madrid")],
        20,
        [(L, "FACTURA Nº 2026/0012", 12), (350, "Fecha: 12/03/2026")],
        [(L, "Cliente: Lucía Gómez"), (350, "Vencimiento: 11/04/2026")],
        20,
        [(L, "Concepto"), (280, "Cantidad"), (-420, "Precio"), (-530, "Importe")],
        [(L, "Cambio de aceite"), (280, "1"), (-420, "65,00"), (-530, "65,00")],
        [(L, "Filtro"), (280, "1"), (-420, "35,00"), (-530, "35,00")],
        20,
        [(350, "Base imponible"), (-530, "100,00 €")],
        [(350, "IVA 21%"), (-530, "21,00 €")],
        [(350, "TOTAL"), (-530, "121,00 €")],
    ],
    vendor_name="Talleres Morales S.L.",
    total_amount="121.00",
    currency="EUR",
    invoice_date="2026-03-12",
    due_date="2026-04-11",
    invoice_number="2026/0012",
    items=["65", "35"],
)
pdf(
    "it1.pdf",
    [
        [(L, "Idraulica Bianchi S.r.l.", 14)],
        [(L, "Via Roma 10 - 20121 Milano - P.IVA IT01234567890")],
        20,
        [(350, "Spett.le")],
        [(350, "Marco Verdi")],
        [(350, "Via Dante 3, Milano")],
        20,
        [(L, "Fattura n. 45/2026 del 15/03/2026", 12)],
        10,
        [(L, "Descrizione"), (300, "Q.tà"), (-420, "Prezzo unitario"), (-530, "Importo")],
        [(L, "Riparazione caldaia"), (300, "1"), (-420, "100,00"), (-530, "100,00")],
        20,
        [(L, "Imponibile"), (200, "Aliquota IVA"), (300, "Imposta"), (430, "Totale documento")],
        [(L, "100,00"), (200, "22%"), (300, "22,00"), (430, "€ 122,00")],
        20,
        [(L, "Scadenza pagamento: 15/04/2026"), (300, "Bonifico bancario IBAN IT60X0542811101000000123456")],
        [(L, "Capitale sociale € 10.000,00 i.v.")],
    ],
    vendor_name="Idraulica Bianchi S.r.l.",
    total_amount="122.00",
    currency="EUR",
    invoice_date="2026-03-15",
    due_date="2026-04-15",
    invoice_number="45/2026",
    items=["100"],
)
pdf(
    "pt1.pdf",
    [
        [(L, "Padaria Central, Lda.", 14)],
        [(L, "NIF 501234567")],
        [(L, "Fatura FT 2026/123", 12), (350, "Original")],
        [(L, "Data de emissão: 11/03/2026"), (350, "Data de vencimento: 10/04/2026")],
        [(L, "Exmo(s) Sr(s) João Silva")],
        20,
        [(L, "Descrição"), (300, "Qtd"), (-420, "Preço unit."), (-530, "Total")],
        [(L, "Catering"), (300, "1,00"), (-420, "100,00"), (-530, "100,00")],
        20,
        [(350, "Total ilíquido"), (-530, "100,00")],
        [(350, "IVA (23%)"), (-530, "23,00")],
        [(350, "Total a pagar"), (-530, "123,00 €")],
        [(L, "ATCUD: ABCD1234-123")],
    ],
    vendor_name="Padaria Central, Lda.",
    total_amount="123.00",
    currency="EUR",
    invoice_date="2026-03-11",
    due_date="2026-04-10",
    invoice_number="FT 2026/123",
    items=["100"],
)
pdf(
    "ch1.pdf",
    [
        [(L, "Alpenblick Treuhand AG", 14)],
        [(L, "Bahnhofstrasse 1, 8001 Zürich")],
        20,
        [(L, "Herr Peter Meier")],
        [(L, "Seeweg 3, 8800 Thalwil")],
        20,
        [(L, "Rechnung Nr. 2026-0457", 14)],
        [(L, "Zürich, 4. März 2026")],
        [(L, "Zahlbar bis 3. April 2026")],
        20,
        [(L, "Leistung"), (-440, "Stunden"), (-530, "Betrag CHF")],
        [(L, "Steuererklärung 2025"), (-440, "6.5"), (-530, "1'170.00")],
        [(L, "Porto"), (-530, "12.00")],
        10,
        [(L, "Zwischentotal"), (-530, "1'182.00")],
        [(L, "MWST 8.1%"), (-530, "95.75")],
        [(L, "Total CHF inkl. MWST"), (-530, "1'277.75")],
        20,
        [(L, "IBAN CH93 0076 2011 6238 5295 7   MWST-Nr. CHE-123.456.789")],
    ],
    vendor_name="Alpenblick Treuhand AG",
    total_amount="1277.75",
    currency="CHF",
    invoice_date="2026-03-04",
    due_date="2026-04-03",
    invoice_number="2026-0457",
)
pdf(
    "us1.pdf",
    [
        [(L, "Riverbend Landscaping LLC", 14), (-540, "INVOICE", 20)],
        [(L, "42 Oak Street"), (-540, "# INV-1042")],
        [(L, "Austin, TX 78701")],
        20,
        [(L, "Bill To:"), (350, "Date:"), (-540, "Mar 4, 2026")],
        [(L, "Dana Smith"), (350, "Payment Terms:"), (-540, "Net 30")],
        [(L, "9 Elm Ave, Austin, TX"), (350, "Due Date:"), (-540, "Apr 3, 2026")],
        [(350, "Balance Due:", 12), (-540, "$734.00", 12)],
        20,
        [(L, "Item"), (300, "Quantity"), (-440, "Rate"), (-540, "Amount")],
        [(L, "Spring cleanup"), (300, "1"), (-440, "$800.00"), (-540, "$800.00")],
        [(L, "Mulch (yard)"), (300, "8"), (-440, "$42.50"), (-540, "$340.00")],
        20,
        [(350, "Subtotal:"), (-540, "$1,140.00")],
        [(350, "Tax (8.25%):"), (-540, "$94.05")],
        [(350, "Total:"), (-540, "$1,234.05")],
        [(350, "Amount Paid:"), (-540, "$500.05")],
        30,
        [(L, "Notes: Thank you for your business!")],
    ],
    vendor_name="Riverbend Landscaping LLC",
    total_amount="1234.05",
    currency="USD",
    invoice_date="2026-03-04",
    due_date="2026-04-03",
    invoice_number="INV-1042",
    items=["800", "340"],
)
pdf(
    "us2.pdf",
    [
        [(L, "Mesa Valley Water", 16)],
        [(L, "www.mesavalleywater.com"), (350, "Account Number: 4410-2291")],
        [(350, "Bill Date: 02/27/2026")],
        [(350, "Due Date: 03/20/2026")],
        20,
        [(L, "SERVICE PERIOD 01/25/2026 - 02/24/2026")],
        [(L, "Previous Balance"), (-300, "$61.20")],
        [(L, "Payment Received 02/10/2026 Thank you"), (-300, "-$61.20")],
        [(L, "Balance Forward"), (-300, "$0.00")],
        [(L, "Water usage 5 CCF"), (-300, "$28.75")],
        [(L, "Sewer"), (-300, "$22.10")],
        [(L, "Stormwater fee"), (-300, "$6.00")],
        [(L, "Total Current Charges"), (-300, "$56.85")],
        [(L, "TOTAL AMOUNT DUE"), (-300, "$56.85", 12)],
        40,
        [(L, "Please detach and return with payment"), (350, "Amount Due"), (-540, "$56.85")],
        [(350, "After 03/20/2026 pay"), (-540, "$61.85")],
    ],
    vendor_name="Mesa Valley Water",
    total_amount="56.85",
    currency="USD",
    invoice_date="2026-02-27",
    due_date="2026-03-20",
)
pdf(
    "uk1.pdf",
    [
        [(-540, "Thistle & Thread Ltd", 14)],
        [(-540, "14 Market Row, York YO1 8AB")],
        [(-540, "VAT Reg No. GB 123 4567 89")],
        [(L, "TAX INVOICE", 14)],
        [(L, "Invoice No: TT-3391")],
        [(L, "Invoice date: 03/04/2026")],
        [(L, "Order No: 88120")],
        20,
        [(L, "Invoice to: Priya Patel")],
        20,
        [(L, "Product"), (280, "Qty"), (-380, "Price"), (-460, "VAT"), (-540, "Line total")],
        [(L, "Wool throw"), (280, "2"), (-380, "£40.00"), (-460, "£16.00"), (-540, "£96.00")],
        [(L, "Delivery"), (280, "1"), (-380, "£4.00"), (-460, "£0.80"), (-540, "£4.80")],
        20,
        [(350, "Net"), (-540, "£84.00")],
        [(350, "VAT @ 20%"), (-540, "£16.80")],
        [(350, "Total"), (-540, "£100.80")],
        [(350, "Amount paid"), (-540, "£100.80")],
        [(350, "Balance due"), (-540, "£0.00")],
        30,
        [(L, "Registered in England 01234567. You earned 100 points worth £1.00.")],
    ],
    vendor_name="Thistle & Thread Ltd",
    total_amount="100.80",
    currency="GBP",
    invoice_date="2026-04-03",
    invoice_number="TT-3391",
)
pdf(
    "in1.pdf",
    [
        [(L, "TAX INVOICE", 14)],
        [(L, "Shree Balaji Electronics Pvt. Ltd.", 12)],
        [(L, "MG Road, Bengaluru 560001  GSTIN: 29ABCDE1234F1Z5")],
        10,
        [(L, "Invoice No.: SBE/25-26/0912"), (350, "Dated: 15-Feb-2026")],
        [(L, "Buyer (Bill to): Rahul Rao")],
        20,
        [
            (L, "Sl"),
            (90, "Description of Goods"),
            (260, "HSN/SAC"),
            (330, "Quantity"),
            (-450, "Rate"),
            (-540, "Amount"),
        ],
        [(L, "1"), (90, "LED Television"), (260, "8528"), (330, "2 Nos"), (-450, "50,000.00"), (-540, "1,00,000.00")],
        [(90, "CGST 9%"), (-540, "9,000.00")],
        [(90, "SGST 9%"), (-540, "9,000.00")],
        [(90, "Round Off"), (-540, "0.00")],
        [(90, "Grand Total"), (-540, "INR 1,18,000.00")],
        [(L, "Amount Chargeable (in words): INR One Lakh Eighteen Thousand Only")],
    ],
    vendor_name="Shree Balaji Electronics Pvt. Ltd.",
    total_amount="118000.00",
    currency="INR",
    invoice_date="2026-02-15",
    invoice_number="SBE/25-26/0912",
)
pdf(
    "stripe.pdf",
    [
        [(L, "Receipt", 18), (-540, "Plainwrite", 14)],
        [(L, "Invoice number"), (160, "7F3A21C4-0003")],
        [(L, "Receipt number"), (160, "2214-9087")],
        [(L, "Date paid"), (160, "March 3, 2026")],
        [(L, "Payment method"), (160, "Visa - 4242")],
        20,
        [(L, "Plainwrite, Inc."), (300, "Bill to")],
        [(L, "548 Market St"), (300, "Alice Example")],
        [(L, "San Francisco, California 94104"), (300, "alice@example.com")],
        20,
        [(L, "$20.00 paid on March 3, 2026", 14)],
        10,
        [(L, "Description"), (300, "Qty"), (-440, "Unit price"), (-540, "Amount")],
        [(L, "Plainwrite Pro"), (300, "1"), (-440, "$20.00"), (-540, "$20.00")],
        [(L, "Mar 3 – Apr 3, 2026", 8)],
        10,
        [(300, "Subtotal"), (-540, "$20.00")],
        [(300, "Total"), (-540, "$20.00")],
        [(300, "Amount paid"), (-540, "$20.00")],
    ],
    vendor_name="Plainwrite, Inc.",
    vendor_alt=["Plainwrite"],
    total_amount="20.00",
    currency="USD",
    invoice_date="2026-03-03",
    invoice_number="7F3A21C4-0003",
    items=["20"],
)
pdf(
    "fr1.pdf",
    [
        [(L, "Électricité de la Vallée SAS", 14)],
        [(L, "Votre facture du 5 mars 2026", 12)],
        [(L, "N° de facture : 10 245 778 901")],
        [(L, "Référence client : 6 011 222 333")],
        20,
        [(L, "Abonnement"), (-400, "12,40 €")],
        [(L, "Consommation"), (-400, "48,75 €")],
        [(L, "Taxes et contributions"), (-400, "9,10 €")],
        [(L, "Total hors TVA"), (-400, "70,25 €")],
        [(L, "TVA"), (-400, "12,02 €")],
        [(L, "Montant total TTC"), (-400, "82,27 €", 12)],
        [(L, "À régler avant le 25/03/2026")],
        20,
        [(L, "Ce montant sera prélevé. Capital de 2 000 000 € - RCS Lyon")],
    ],
    vendor_name="Électricité de la Vallée SAS",
    total_amount="82.27",
    currency="EUR",
    invoice_date="2026-03-05",
    due_date="2026-03-25",
)
pdf(
    "nl1.pdf",
    [
        [(L, "Tuincentrum De Linde B.V.", 14)],
        [(L, "Dorpsstraat 1, 3500 AA Utrecht")],
        20,
        [(L, "Factuur", 16)],
        [(L, "Factuurnummer:"), (180, "20260331")],
        [(L, "Factuurdatum:"), (180, "2 maart 2026")],
        [(L, "Vervaldatum:"), (180, "16 maart 2026")],
        [(L, "Klantnummer:"), (180, "1200")],
        20,
        [(L, "Omschrijving"), (280, "Aantal"), (-400, "Prijs"), (-530, "Totaal")],
        [(L, "Tuinstoel"), (280, "4"), (-400, "€ 25,00"), (-530, "€ 100,00")],
        [(L, "Bezorging"), (280, "1"), (-400, "€ 10,00"), (-530, "€ 10,00")],
        [(350, "Totaal excl. btw"), (-530, "€ 90,91")],
        [(350, "Btw 21%"), (-530, "€ 19,09")],
        [(350, "Totaal incl. btw"), (-530, "€ 110,00")],
        [(L, "Gelieve te betalen op NL91 ABNA 0417 1643 00")],
    ],
    vendor_name="Tuincentrum De Linde B.V.",
    total_amount="110.00",
    currency="EUR",
    invoice_date="2026-03-02",
    due_date="2026-03-16",
    invoice_number="20260331",
    items=["100", "10"],
)
pdf(
    "de2.pdf",
    [
        [(L, "Autohaus Krüger GmbH & Co. KG · Industriestraße 7 · 30159 Hannover", 8)],
        [(L, "Frau")],
        [(L, "Sabine Vogel"), (380, "Rechnung", 16)],
        [(L, "Lindenallee 9"), (380, "Rechnungs-Nr.: 887 541")],
        [(L, "30161 Hannover"), (380, "Kunden-Nr.: 40021")],
        [(380, "Datum: 06.03.2026")],
        [(380, "Fällig: 20.03.2026")],
        30,
        [(L, "Pos."), (90, "Bezeichnung"), (300, "Menge"), (-420, "Einzelpreis"), (-530, "Gesamtpreis")],
        [(L, "1"), (90, "Inspektion"), (300, "1"), (-420, "189,00"), (-530, "189,00")],
        [(L, "2"), (90, "Ölfilter"), (300, "1"), (-420, "14,90"), (-530, "14,90")],
        10,
        [(330, "Summe netto"), (-530, "203,90")],
        [(330, "zzgl. 19 % MwSt."), (-530, "38,74")],
        [(330, "Rechnungsbetrag"), (-530, "242,64 EUR")],
        20,
        [(L, "Bei Zahlung bis 13.03.2026 2 % Skonto: 237,79 EUR")],
        [(L, "HRB 1234 Amtsgericht Hannover, USt-IdNr. DE123456788")],
    ],
    vendor_name="Autohaus Krüger GmbH & Co. KG",
    total_amount="242.64",
    currency="EUR",
    invoice_date="2026-03-06",
    due_date="2026-03-20",
    items=["189", "14.90"],
)
html(
    "ja1.html",
    "<h1>請求書</h1>"
    + table(("請求書番号", "A-20260310-01"), ("発行日", "2026年3月10日"), ("お支払期限", "2026年4月30日"))
    + "<p>佐藤太郎 様</p><p>株式会社さくら文具</p><p>〒100-0001 東京都千代田区1-1</p>"
    + table(
        ("品名", "数量", "単価", "金額"), ("ノート", "10", "¥200", "¥2,000"), ("ボールペン", "20", "¥400", "¥8,000")
    )
    + table(("小計", "¥10,000"), ("消費税(10%)", "¥1,000"), ("合計金額", "¥11,000"))
    + "<p>登録番号 T1234567890123</p>",
    vendor_name="株式会社さくら文具",
    total_amount="11000",
    currency="JPY",
    invoice_date="2026-03-10",
    due_date="2026-04-30",
    invoice_number="A-20260310-01",
    items=["2000", "8000"],
)
html(
    "el1.html",
    "<h2>Βιβλιοπωλείο Αθηνά Α.Ε.</h2><p>ΑΦΜ: 123456789</p><p>ΤΙΜΟΛΟΓΙΟ</p>"
    + table(("Αριθμός τιμολογίου", "1045"), ("Ημερομηνία έκδοσης", "15 Μαρτίου 2026"))
    + table(("Περιγραφή", "Ποσότητα", "Τιμή μονάδας", "Αξία"), ("Βιβλίο", "2", "15,00 €", "30,00 €"))
    + table(("Καθαρή αξία", "30,00 €"), ("ΦΠΑ 24%", "7,20 €"), ("Πληρωτέο ποσό", "37,20 €")),
    vendor_name="Βιβλιοπωλείο Αθηνά Α.Ε.",
    total_amount="37.20",
    currency="EUR",
    invoice_date="2026-03-15",
    invoice_number="1045",
)
eml(
    "lift.eml",
    "Glide Rides <no-reply@gliderides.com>",
    "Your ride with Sam on March 9",
    '<img alt="Glide"><h1>Thanks for riding with Sam!</h1><p>March 9, 2026 at 7:12 PM</p>'
    + table(("Fare (3.2mi, 14m 10s)", "$10.55"), ("Service fee", "$2.50"))
    + table(("Visa •••• 1234", "$13.05"))
    + "<p>Pickup 7:12 PM 10 Main St</p><p>Your next ride: get $5.00 off</p>",
    date="Mon, 09 Mar 2026 19:40:00 -0800",
    vendor_name="Glide Rides",
    vendor_alt=["Glide"],
    total_amount="13.05",
    currency="USD",
    invoice_date="2026-03-09",
)
eml(
    "order_us.eml",
    '"Maple Outfitters" <orders@mapleoutfitters.com>',
    "Order Confirmation #MO-558213",
    "<h2>Thank you for your order!</h2><p>Order Number: MO-558213<br>Order Date: 3/8/2026</p>"
    + table(("Rain jacket, M", "1", "$89.00"), ("Wool socks", "2", "$24.00"))
    + table(
        ("Item Subtotal:", "$113.00"),
        ("Shipping &amp; Handling:", "$6.95"),
        ("Estimated Tax:", "$9.89"),
        ("Order Total:", "<b>$129.84</b>"),
    )
    + "<p>You saved $20.00 on this order! Earn 130 points.</p><p>Customers also bought: Tent $249.00</p>",
    date="Sun, 08 Mar 2026 15:00:00 +0000",
    vendor_name="Maple Outfitters",
    total_amount="129.84",
    currency="USD",
    invoice_date="2026-03-08",
    invoice_number="MO-558213",
)
eml(
    "sub_de.eml",
    "Wolkenspeicher <rechnung@wolkenspeicher.de>",
    "Deine Rechnung von Wolkenspeicher",
    "<p>Rechnung</p>"
    + table(("RECHNUNGSDATUM<br>08. März 2026", "BESTELL-ID<br>MK9X2LLQ7T", "DOKUMENTNR.<br>193004477812"))
    + table(("Speicherplan 200 GB (monatlich)<br>Verlängert sich am 8. April 2026", "2,99 €"))
    + table(("inkl. 19 % MwSt.: 0,48 €", ""), ("GESAMT", "2,99 €")),
    vendor_name="Wolkenspeicher",
    total_amount="2.99",
    currency="EUR",
    invoice_date="2026-03-08",
    invoice_number="193004477812",
)
eml(
    "order_se.eml",
    "Vinterbutiken <order@vinterbutiken.se>",
    "Orderbekräftelse 900124",
    "<h1>Tack för din beställning!</h1><p>Ordernummer: 900124</p><p>Orderdatum: 7 mars 2026</p>"
    + table(("Artikel", "Antal", "Pris"), ("Mössa", "1", "299 kr"), ("Jacka, storlek L", "1", "999 kr"))
    + table(("Frakt", "0 kr"), ("Totalsumma", "1 298 kr"), ("Varav moms", "259,60 kr"))
    + "<p>Betalas med Klarna. Öppet köp 30 dagar. Medlemsbonus: 129 poäng.</p>",
    vendor_name="Vinterbutiken",
    total_amount="1298",
    currency="SEK",
    invoice_date="2026-03-07",
    invoice_number="900124",
    items=["299", "999"],
)
html(
    "groc_se.html",
    "<h2>Hörnans Livs</h2><p>Kvitto</p><p>Kvittonr: 4417 Datum: 2026-03-06 17:42</p>"
    + table(
        ("Mjölk 1,5%", "17,90"),
        ("Bröd", "32,50"),
        ("Bananer 0,842 kg x 24,90 kr/kg", "20,97"),
        ("Pant", "2,00"),
        ("Rabatt bröd", "-5,00"),
    )
    + table(("Totalt", "68,37 SEK"), ("Kort", "68,37"), ("Moms 12%", "7,11"))
    + "<p>Org.nr 556000-1111. Du har 1 250 bonuspoäng.</p>",
    vendor_name="Hörnans Livs",
    total_amount="68.37",
    currency="SEK",
    invoice_date="2026-03-06",
    invoice_number="4417",
)
eml(
    "vy.eml",
    "Nordtog <kvittering@nordtog.no>",
    "Kvittering for reisen din",
    "<p>Kvittering</p><p>Bestillingsnummer: 7XK2QP</p><p>Kjøpsdato: 05.03.2026</p>"
    + table(("Oslo S - Bergen, 12.03.2026", "kr 449,00"), ("Totalt", "kr 449,00"), ("Herav mva 12 %", "kr 48,11"))
    + "<p>Betalt med Vipps</p>",
    vendor_name="Nordtog",
    total_amount="449.00",
    currency="NOK",
    invoice_date="2026-03-05",
    invoice_number="7XK2QP",
)
eml(
    "text_food.eml",
    "Noodle House <hello@noodlehouse.example>",
    "Receipt for order 5512",
    "Noodle House\nReceipt\n\nOrder 5512   02/03/2026 18:22\n\n2 x Pad Thai ........ $24.00\n1 x Spring rolls .... $6.50\n\nSubtotal ............ $30.50\nTax ................. $2.75\nTip ................. $5.00\nTotal ............... $38.25\n\nPaid with Mastercard ending 9911\n",
    date="Tue, 03 Feb 2026 18:25:00 -0500",
    ctype="text/plain",
    vendor_name="Noodle House",
    total_amount="38.25",
    currency="USD",
    invoice_date="2026-02-03",
    invoice_number="5512",
)
eml(
    "air.eml",
    "Skylark Airways <noreply@skylark.com>",
    "Your booking is confirmed - QX7PLM",
    "<p>Booking reference: <b>QX7PLM</b></p><p>Booked on 04 Mar 2026</p><p>Depart: Fri 17 Apr 2026 06:45 London (LGW)</p><p>Return: Mon 20 Apr 2026 21:10 Lisbon (LIS)</p>"
    + table(("Fare", "£98.00"), ("Taxes, fees and charges", "£42.18"), ("Bags", "£30.00"), ("Total price", "£170.18"))
    + "<p>Payment: Visa ending 0044. Cancellation fee £50.00 may apply. Travel insurance from £12.50.</p>",
    vendor_name="Skylark Airways",
    total_amount="170.18",
    currency="GBP",
    invoice_date="2026-03-04",
    invoice_number="QX7PLM",
)
html(
    "cents.html",
    "<div>Hardware Barn</div><p>Receipt #A10023</p><p>Date: Feb 14, 2026</p><table><tr><td>Hammer</td><td>$<span>19</span><sup>99</sup></td></tr><tr><td>Nails</td><td>$<span>4</span><sup>50</sup></td></tr><tr><td>Total</td><td>$<span>24</span><sup>49</sup></td></tr></table>",
    vendor_name="Hardware Barn",
    total_amount="24.49",
    currency="USD",
    invoice_date="2026-02-14",
    invoice_number="A10023",
)
eml(
    "refund.eml",
    "Maple Outfitters <orders@mapleoutfitters.com>",
    "Your refund for order MO-558213",
    "<p>We have issued your refund.</p><p>Order Number: MO-558213</p>"
    + table(("Wool socks", "-$24.00"), ("Refund total", "-$24.00"))
    + "<p>Refund date: March 9, 2026</p>",
    vendor_name="Maple Outfitters",
    total_amount="-24.00",
    currency="USD",
    invoice_number="MO-558213",
)
eml(
    "ca.eml",
    "Northern Mugs <shop@northernmugs.ca>",
    "Receipt from Northern Mugs",
    "<p>Receipt #1009-2231</p><p>Amount paid<br>$45.19</p><p>Date paid<br>Mar 2, 2026</p>"
    + table(("Mug × 2", "$39.99"), ("GST/HST", "$5.20"), ("Amount charged", "$45.19"))
    + "<p>Northern Mugs Inc., Toronto, ON, Canada</p>",
    vendor_name="Northern Mugs",
    total_amount="45.19",
    currency="CAD",
    invoice_date="2026-03-02",
    invoice_number="1009-2231",
)
eml(
    "divs.eml",
    "Pasta Presto <ordini@pastapresto.it>",
    "Conferma ordine 77120",
    "<div>Grazie per il tuo ordine!</div><div>Numero ordine</div><div>77120</div><div>Data</div><div>5 marzo 2026</div><div>Margherita</div><div>8,50 €</div><div>Consegna</div><div>2,00 €</div><div>Totale</div><div>10,50 €</div>",
    vendor_name="Pasta Presto",
    total_amount="10.50",
    currency="EUR",
    invoice_date="2026-03-05",
    invoice_number="77120",
)
eml(
    "float.eml",
    "Cloudhost <billing@cloudhost.io>",
    "Invoice CH-2026-0019 is available",
    "<p>Hi Alice, your invoice CH-2026-0019 for February 2026 is ready.</p><p>Amount: $48.60<br>Due date: March 15, 2026<br>Invoice date: March 1, 2026</p><p>It will be charged to your card automatically.</p>",
    vendor_name="Cloudhost",
    total_amount="48.60",
    currency="USD",
    invoice_date="2026-03-01",
    due_date="2026-03-15",
    invoice_number="CH-2026-0019",
)
eml(
    "neg_news.eml",
    "Maple Outfitters <news@mapleoutfitters.com>",
    "Spring sale: jackets from $49.99",
    "<h1>Up to 50% off</h1><p>Rain jacket <s>$89.00</s> $49.99</p><p>Free shipping over $75</p><p>Shop now</p>",
)
eml(
    "neg_deliv.eml",
    "Parcel Co <info@parcelco.com>",
    "Your parcel has been delivered",
    "<p>Your package was delivered on March 9, 2026.</p><p>Tracking number 1Z999AA10123456784</p>",
)
eml(
    "neg_pw.eml",
    "Cloudhost <no-reply@cloudhost.io>",
    "Reset your password",
    "<p>Use code 482913 within 30 minutes.</p>",
)
eml(
    "neg_quote.eml",
    "Riverbend Landscaping <hi@riverbend.com>",
    "Quotation Q-221",
    "<h1>Quotation</h1><p>Quote number Q-221</p>"
    + table(("Item", "Amount"), ("Patio", "$2,400.00"), ("Total", "$2,400.00"))
    + "<p>Valid until April 1, 2026. This is an estimate only.</p>",
)
eml(
    "neg_cart.eml",
    "Vinterbutiken <hej@vinterbutiken.se>",
    "Glömde du något?",
    "<p>Du har varor kvar i varukorgen</p><p>Jacka 999 kr</p><p>Till kassan</p>",
)
eml(
    "neg_bank.eml",
    "Sparbank <info@sparbank.se>",
    "Ditt kontoutdrag finns nu",
    "<p>Logga in för att se ditt kontoutdrag.</p>",
)
eml(
    "neg_payfail.eml",
    "Streamly <help@streamly.com>",
    "Your payment was declined",
    "<p>We could not charge your card for $12.99. Please update your payment method.</p>",
)
html(
    "simple.html",
    '<div class="invoice-box"><table><tr class="top"><td colspan="2"><table><tr><td class="title"><img src="x.png" alt="Bluefern Studio"></td><td>Invoice #: 123<br>Created: January 5, 2026<br>Due: February 4, 2026</td></tr></table></td></tr><tr><td colspan=2><table><tr><td>Bluefern Studio<br>12345 Sunny Road<br>Sunnyville, CA 12345</td><td>Acme Corp.<br>John Doe<br>john@example.com</td></tr></table></td></tr><tr><td>Payment Method</td><td>Check #</td></tr><tr><td>Check</td><td>1000</td></tr><tr><td>Item</td><td>Price</td></tr><tr><td>Website design</td><td>$300.00</td></tr><tr><td>Hosting (3 months)</td><td>$75.00</td></tr><tr><td>Domain name (1 year)</td><td>$10.00</td></tr><tr><td></td><td>Total: $385.00</td></tr></table></div>',
    vendor_name="Bluefern Studio",
    total_amount="385.00",
    currency="USD",
    invoice_date="2026-01-05",
    due_date="2026-02-04",
    invoice_number="123",
    items=["300", "75", "10"],
)
pdf(
    "util.pdf",
    [
        [(L, "Green Mountain Gas", 16), (350, "Amount due by Mar 20, 2026", 9)],
        [(350, "$120.34", 18)],
        [(L, "Account 0012-3344"), (350, "Statement date: Mar 1, 2026")],
        20,
        [(L, "Account summary")],
        [(L, "Previous balance"), (-300, "98.10")],
        [(L, "Payments"), (-300, "-98.10")],
        [(L, "Gas delivery charges"), (-300, "80.22")],
        [(L, "Gas supply charges"), (-300, "40.12")],
        [(L, "Total amount due"), (-300, "$120.34")],
    ],
    vendor_name="Green Mountain Gas",
    total_amount="120.34",
    currency="USD",
    invoice_date="2026-03-01",
    due_date="2026-03-20",
)
pdf(
    "hotel.pdf",
    [
        [(220, "Harbour View Hotel", 14)],
        [(200, "1 Quay Road, Cork, Ireland")],
        20,
        [(L, "Guest: Alice Example"), (350, "Folio No: 55102")],
        [(L, "Arrival: 02/03/26"), (350, "Departure: 04/03/26")],
        [(L, "Invoice Date: 04/03/26"), (350, "Room: 214")],
        20,
        [(L, "Date"), (130, "Description"), (-430, "Charges"), (-530, "Credits")],
        [(L, "02/03/26"), (130, "Accommodation"), (-430, "140.00")],
        [(L, "03/03/26"), (130, "Accommodation"), (-430, "140.00")],
        [(L, "03/03/26"), (130, "Restaurant"), (-430, "38.50")],
        [(L, "04/03/26"), (130, "Visa XXXX1234"), (-530, "318.50")],
        10,
        [(130, "Total"), (-430, "318.50"), (-530, "318.50")],
        [(130, "Balance"), (-430, "0.00 EUR")],
        [(L, "VAT 13.5% on 318.50: 37.88")],
    ],
    vendor_name="Harbour View Hotel",
    total_amount="318.50",
    currency="EUR",
    invoice_date="2026-03-04",
)
pdf(
    "amz_de.pdf",
    [
        [(L, "Bücherwelt EU S.à r.l.", 12), (400, "Rechnung", 16)],
        [(L, "Zahlbetrag 45,98 €")],
        [(L, "Rechnungsdatum / Lieferdatum 05 März 2026")],
        [(L, "Rechnungsnummer DE6XK2ABEY")],
        [(L, "USt-ID DE814584193")],
        20,
        [(L, "Rechnungsadresse"), (220, "Lieferadresse"), (400, "Verkauft von")],
        [(L, "Erika Muster"), (220, "Erika Muster"), (400, "Bücherwelt EU S.à r.l.")],
        20,
        [(L, "Bestelldatum 04 März 2026   Bestellnummer 302-1234567-7654321")],
        20,
        [
            (L, "Beschreibung"),
            (230, "Menge"),
            (-350, "Stückpreis"),
            (-400, "USt. %"),
            (-470, "Stückpreis"),
            (-550, "Zwischensumme"),
        ],
        [(-350, "(ohne USt.)"), (-470, "(inkl. USt.)"), (-550, "(inkl. USt.)")],
        [(L, "Roman: Das Meer"), (230, "2"), (-350, "21,49 €"), (-400, "7%"), (-470, "22,99 €"), (-550, "45,98 €")],
        10,
        [(300, "Gesamtpreis"), (-550, "45,98 €")],
        [(300, "USt. %"), (-470, "Zwischensumme (ohne USt.)"), (-550, "USt.")],
        [(300, "7%"), (-470, "42,97 €"), (-550, "3,01 €")],
        [(300, "USt. Gesamt"), (-470, "42,97 €"), (-550, "3,01 €")],
    ],
    vendor_name="Bücherwelt EU S.à r.l.",
    total_amount="45.98",
    currency="EUR",
    invoice_date="2026-03-05",
    invoice_number="DE6XK2ABEY",
)
pdf(
    "fr_tel.pdf",
    [
        [(L, "Télécom Libre", 16)],
        [(350, "facture n° : 1187456321")],
        [(350, "date : 2 mars 2026")],
        [(L, "Ligne : 01 23 45 67 89")],
        20,
        [(L, "Abonnement"), (-400, "24,99"), (-500, "29,99")],
        [(L, "Total de la facture HT"), (-400, "24,99")],
        [(L, "TVA à 20,00%"), (-400, "5,00")],
        [(L, "Total du montant prélevé TTC"), (-500, "29,99€", 12)],
        [(L, "Date de prélèvement : 8 mars 2026")],
        [(L, "SAS au capital de 3 441 812 Euros - RCS PARIS 421 938 861")],
    ],
    vendor_name="Télécom Libre",
    total_amount="29.99",
    currency="EUR",
    invoice_date="2026-03-02",
    invoice_number="1187456321",
)
eml(
    "parking.eml",
    "ParkEasy <receipts@parkeasy.co.uk>",
    "Your parking receipt",
    "Parking receipt\n\nLocation: 7012 High Street\nStart: 05/03/2026 10:02\nEnd: 05/03/2026 12:02\nParking fee: £4.20\nService fee: £0.20\nTotal paid: £4.40\nVAT number GB123456789\n",
    ctype="text/plain",
    date="Thu, 05 Mar 2026 10:03:00 +0000",
    vendor_name="ParkEasy",
    total_amount="4.40",
    currency="GBP",
    invoice_date="2026-03-05",
)
eml(
    "appstore.eml",
    "Fruitstand <no_reply@email.fruitstand.com>",
    "Your receipt from Fruitstand.",
    "<h1>Receipt</h1>"
    + table(
        ("ACCOUNT<br>alice@example.com", "BILLED TO<br>Visa .... 1234<br>Alice Example"),
        ("INVOICE DATE<br>Mar 2, 2026", ""),
        ("ORDER ID<br>MQ8K1LZ9F2", "DOCUMENT NO.<br>187559012345"),
    )
    + table(("PixelPaint Pro<br>Monthly | Renews Apr 2, 2026", "$4.99"))
    + table(("Subtotal", "$4.99"), ("Tax", "$0.44"), ("TOTAL", "$5.43")),
    date="Mon, 02 Mar 2026 20:00:00 -0700",
    vendor_name="Fruitstand",
    total_amount="5.43",
    currency="USD",
    invoice_date="2026-03-02",
    invoice_number="187559012345",
)
eml(
    "bnb.eml",
    "Stayhaven <automated@stayhaven.com>",
    "Your receipt for a stay in Porto",
    "<p>Receipt ID: RCQX4455 · March 4, 2026</p><p>Confirmation code: HMXQ22</p><h3>Price breakdown</h3>"
    + table(
        ("€95.00 x 3 nights", "€285.00"),
        ("Cleaning fee", "€30.00"),
        ("Service fee", "€44.10"),
        ("Total (EUR)", "€359.10"),
    )
    + "<h3>Payment</h3>"
    + table(("Visa •••• 1234<br>March 4, 2026 · 4:15:10 PM UTC", "€359.10"), ("Amount paid (EUR)", "€359.10")),
    date="Wed, 04 Mar 2026 16:15:20 +0000",
    vendor_name="Stayhaven",
    total_amount="359.10",
    currency="EUR",
    invoice_date="2026-03-04",
)
eml(
    "dash.eml",
    "DishDash <no-reply@dishdash.com>",
    "Order Confirmation for Alice from Taco Corner",
    "<p>Thanks for your order, Alice</p><p>The estimated arrival is 7:02 PM - 7:15 PM</p><p>Your receipt</p>"
    + table(("1x", "Taco plate", "$14.50"), ("2x", "Horchata", "$7.00"))
    + table(
        ("Subtotal", "$21.50"),
        ("Taxes", "$1.91"),
        ("Delivery Fee", "$2.99"),
        ("Service Fee", "$3.23"),
        ("Dasher Tip", "$4.00"),
        ("Total Charged", "$33.63"),
    )
    + "<p>Refer friends and get $10</p>",
    date="Fri, 06 Mar 2026 18:20:00 -0800",
    vendor_name="DishDash",
    vendor_alt=["Taco Corner"],
    total_amount="33.63",
    currency="USD",
    invoice_date="2026-03-06",
)
eml(
    "grab.eml",
    "Hopin <no-reply@hopin.my>",
    "Your Hopin E-Receipt",
    "<p>TOTAL</p><p>RM 18.50</p><p>DATE | TIME</p><p>05 Mar 26 08:12 +0800</p><p>Booking ID: A-5X2KQ9</p>"
    + table(("Fare", "RM 17.50"), ("Platform fee", "RM 1.00"), ("Total Paid", "RM 18.50")),
    date="Thu, 05 Mar 2026 08:40:00 +0800",
    vendor_name="Hopin",
    total_amount="18.50",
    currency="MYR",
    invoice_date="2026-03-05",
    invoice_number="A-5X2KQ9",
)
eml(
    "rs.eml",
    "Tiffinly <noreply@tiffinly.in>",
    "Your Tiffinly order summary for order no. 90112233",
    "<p>Order No: 90112233</p><p>Order placed at: Thursday, March 5, 2026 8:12 PM</p>"
    + table(("Item Name", "Quantity", "Price"), ("Paneer Roll", "2", "₹ 240"), ("Lassi", "1", "₹ 90"))
    + table(
        ("Item Total:", "₹ 330.00"),
        ("Order Packing Charges:", "₹ 20.00"),
        ("Delivery fee:", "₹ 40.00"),
        ("Discount applied:", "- ₹ 50.00"),
        ("Taxes:", "₹ 17.00"),
        ("Paid Via Bank:", "₹ 357.00"),
        ("Order Total:", "₹ 357"),
    )
    + "<p>FSSAI 10019043002767</p>",
    date="Thu, 05 Mar 2026 20:45:00 +0530",
    vendor_name="Tiffinly",
    total_amount="357",
    currency="INR",
    invoice_date="2026-03-05",
    invoice_number="90112233",
)
eml(
    "rail.eml",
    "RailHop <tickets@railhop.co.uk>",
    "Your tickets: London to York",
    "<p>Booking reference: 1KX-992-Q</p><p>Booked on: 04/03/2026</p><p>Outbound Sat 14 Mar 2026 09:00</p>"
    + table(("1 x Adult Advance Single", "£44.00"), ("Booking fee", "£1.60"), ("Total paid", "£45.60")),
    date="Wed, 04 Mar 2026 12:00:00 +0000",
    vendor_name="RailHop",
    total_amount="45.60",
    currency="GBP",
    invoice_date="2026-03-04",
    invoice_number="1KX-992-Q",
)
eml(
    "roo.eml",
    "Bistro Now <orders@bistronow.co.uk>",
    "Your order is confirmed",
    "<h2>Order #4471</h2>"
    + table(
        ("1 x Ramen", "£12.90"),
        ("Subtotal", "£12.90"),
        ("Delivery", "£2.49"),
        ("Credit", "-£5.00"),
        ("Total", "£10.39"),
    )
    + "<p>Placed 04/03/2026 19:30</p>",
    date="Wed, 04 Mar 2026 19:31:00 +0000",
    vendor_name="Bistro Now",
    total_amount="10.39",
    currency="GBP",
    invoice_date="2026-03-04",
    invoice_number="4471",
)
pdf(
    "nosuffix.pdf",
    [
        [(L, "INVOICE", 22)],
        [(L, "Maria Lopez Design", 12)],
        [(L, "hello@marialopez.design  |  +1 555 0100")],
        20,
        [(L, "BILLED TO"), (220, "INVOICE NUMBER"), (400, "DATE OF ISSUE")],
        [(L, "Sunrise Cafe LLC"), (220, "00021"), (400, "02/15/2026")],
        20,
        [(L, "Description"), (300, "Unit cost"), (400, "Qty/Hr"), (-540, "Amount")],
        [(L, "Logo concepts"), (300, "$450"), (400, "1"), (-540, "$450")],
        [(L, "Revisions"), (300, "$60"), (400, "3"), (-540, "$180")],
        20,
        [(400, "Subtotal"), (-540, "$630")],
        [(400, "Tax 0%"), (-540, "$0")],
        [(400, "INVOICE TOTAL", 8)],
        [(400, "$630", 18)],
    ],
    vendor_name="Maria Lopez Design",
    total_amount="630",
    currency="USD",
    invoice_date="2026-02-15",
    invoice_number="00021",
    items=["450", "180"],
)
pdf(
    "carry.pdf",
    [
        [(L, "Baustoffe Richter KG", 14)],
        [(L, "Rechnung Nr. 77-2026   Datum 09.03.2026")],
        20,
        [(L, "Bezeichnung"), (300, "Menge"), (-420, "Preis"), (-530, "Betrag")],
        [(L, "Zement"), (300, "10"), (-420, "8,00"), (-530, "80,00")],
        [(L, "Sand"), (300, "5"), (-420, "20,00"), (-530, "100,00")],
        [(300, "Übertrag"), (-530, "180,00")],
        None,
        [(L, "Rechnung Nr. 77-2026   Seite 2")],
        [(300, "Übertrag"), (-530, "180,00")],
        [(L, "Bezeichnung"), (300, "Menge"), (-420, "Preis"), (-530, "Betrag")],
        [(L, "Kies"), (300, "2"), (-420, "60,00"), (-530, "120,00")],
        [(300, "Gesamt netto"), (-530, "300,00")],
        [(300, "19% USt."), (-530, "57,00")],
        [(300, "Gesamt brutto"), (-530, "357,00 €")],
        [(L, "Zahlbar innerhalb von 14 Tagen bis 23.03.2026 ohne Abzug.")],
    ],
    vendor_name="Baustoffe Richter KG",
    total_amount="357.00",
    currency="EUR",
    invoice_date="2026-03-09",
    due_date="2026-03-23",
    invoice_number="77-2026",
)
pdf(
    "fx.pdf",
    [
        [(L, "Nordic Tools Ltd", 14)],
        [(L, "Invoice 5567  Date: 5 March 2026")],
        20,
        [(L, "Drill"), (-530, "EUR 100.00")],
        [(350, "Subtotal"), (-530, "EUR 100.00")],
        [(350, "VAT 25%"), (-530, "EUR 25.00")],
        [(350, "Total"), (-530, "EUR 125.00")],
        [(L, "Equivalent in SEK 1 418.75 at exchange rate 11.35")],
    ],
    vendor_name="Nordic Tools Ltd",
    total_amount="125.00",
    currency="EUR",
    invoice_date="2026-03-05",
    invoice_number="5567",
)
html(
    "tr.html",
    "<h3>Deniz Kırtasiye A.Ş.</h3>"
    + table(("Fatura No:", "ABC2026000000123"), ("Fatura Tarihi:", "05.03.2026"))
    + table(
        ("Mal Hizmet Toplam Tutarı", "1.000,00 TL"),
        ("Hesaplanan KDV(%20)", "200,00 TL"),
        ("Vergiler Dahil Toplam Tutar", "1.200,00 TL"),
        ("Ödenecek Tutar", "1.200,00 TL"),
    ),
    vendor_name="Deniz Kırtasiye A.Ş.",
    total_amount="1200.00",
    currency="TRY",
    invoice_date="2026-03-05",
    invoice_number="ABC2026000000123",
)
html(
    "hu.html",
    "<p>Tisza Könyvesbolt Kft.</p><p>Számla sorszáma: KB-2026/00045</p><p>Számla kelte: 2026.03.05.</p><p>Fizetési határidő: 2026.03.13.</p>"
    + table(("Nettó összesen", "10 000 Ft"), ("ÁFA 27%", "2 700 Ft"), ("Fizetendő összesen:", "12 700 Ft")),
    vendor_name="Tisza Könyvesbolt Kft.",
    total_amount="12700",
    currency="HUF",
    invoice_date="2026-03-05",
    due_date="2026-03-13",
    invoice_number="KB-2026/00045",
)
pdf(
    "thermal.pdf",
    [
        [(L, "CORNER MARKET")],
        [(L, "22 Pine St, Portland, OR 97201")],
        [(L, "03/04/2026 18:22  REG 2  TRANS 0455")],
        [(L, "MILK 2%"), (-250, "3.49")],
        [(L, "EGGS"), (-250, "4.29")],
        [(L, "SUBTOTAL"), (-250, "7.78")],
        [(L, "TAX"), (-250, "0.00")],
        [(L, "TOTAL"), (-250, "$7.78")],
        [(L, "CASH"), (-250, "20.00")],
        [(L, "CHANGE"), (-250, "12.22")],
        [(L, "YOU SAVED 1.50")],
    ],
    vendor_name="CORNER MARKET",
    total_amount="7.78",
    currency="USD",
    invoice_date="2026-03-04",
    items=["3.49", "4.29"],
)
eml(
    "fwd_de.eml",
    "Bob Privat <bob.privat@gmail.com>",
    "WG: Ihre Rechnung 2026-881",
    "<p>zur Info</p><hr><p>Von: Stadtwerke Musterau &lt;service@stadtwerke-musterau.de&gt;<br>Gesendet: Donnerstag, 5. März 2026 09:15<br>An: bob.privat@gmail.com<br>Betreff: Ihre Rechnung 2026-881</p><p>Rechnungsnummer: 2026-881</p>"
    + table(("Strom", "80,00 €"), ("Umsatzsteuer 19 %", "15,20 €"), ("Gesamtbetrag", "95,20 €"))
    + "<p>Wir buchen den Betrag am 19.03.2026 ab.</p>",
    date="Fri, 06 Mar 2026 08:00:00 +0100",
    vendor_name="Stadtwerke Musterau",
    total_amount="95.20",
    currency="EUR",
    invoice_date="2026-03-05",
    invoice_number="2026-881",
)
html(
    "below.html",
    "<div>Brew Lab</div><div><b>$45.00</b></div><div>Total</div><dl><dt>Receipt number</dt><dd>R-1009</dd><dt>Date</dt><dd>2026-03-01</dd></dl>",
    vendor_name="Brew Lab",
    total_amount="45.00",
    currency="USD",
    invoice_date="2026-03-01",
    invoice_number="R-1009",
)
html(
    "dl.html",
    "<h1>Kvittering</h1><p>Kaffebaren</p><dl><dt>Dato</dt><dd>4. marts 2026</dd><dt>Kaffe</dt><dd>35,00 kr.</dd><dt>Kage</dt><dd>28,00 kr.</dd><dt>Heraf moms</dt><dd>12,60 kr.</dd><dt>I alt</dt><dd>63,00 kr.</dd></dl><p>CVR-nr. 11223344</p>",
    vendor_name="Kaffebaren",
    total_amount="63.00",
    currency="DKK",
    invoice_date="2026-03-04",
)
html(
    "colspan.html",
    "<h2>Pedal Works</h2><p>Invoice PW-7 &nbsp; March 3, 2026</p><table><tr><th>Item</th><th>Qty</th><th>Price</th><th>Total</th></tr><tr><td>Tyre</td><td>2</td><td>£20.00</td><td>£40.00</td></tr><tr><td>Tube</td><td>2</td><td>£5.00</td><td>£10.00</td></tr><tr><td colspan=3>Subtotal</td><td>£50.00</td></tr><tr><td colspan=3>VAT (20%)</td><td>£10.00</td></tr><tr><td colspan=3>Total</td><td>£60.00</td></tr></table>",
    vendor_name="Pedal Works",
    total_amount="60.00",
    currency="GBP",
    invoice_date="2026-03-03",
    invoice_number="PW-7",
    items=["40", "10"],
)
eml(
    "renew.eml",
    "Tunestream <no-reply@tunestream.com>",
    "Your Tunestream receipt",
    "<p>Premium Individual</p><p>Date: Mar 5, 2026</p>"
    + table(("Premium Individual (Mar 5 - Apr 5)", "$10.99"), ("Sales tax", "$0.00"), ("Total", "$10.99"))
    + "<p>Your next bill of $11.99 will be charged on Apr 5, 2026. Annual plan is $109.90 per year.</p>",
    date="Thu, 05 Mar 2026 04:00:00 +0000",
    vendor_name="Tunestream",
    total_amount="10.99",
    currency="USD",
    invoice_date="2026-03-05",
)
pdf(
    "credit_de.pdf",
    [
        [(L, "Möbelhaus Sommer GmbH", 14)],
        [(L, "Gutschrift Nr. G-2026-14", 14)],
        [(L, "Datum: 10.03.2026")],
        [(L, "zur Rechnung R-2026-99 vom 01.03.2026")],
        20,
        [(L, "Rücksendung Stuhl"), (-530, "100,00 €")],
        [(350, "Nettobetrag"), (-530, "100,00 €")],
        [(350, "MwSt. 19 %"), (-530, "19,00 €")],
        [(350, "Gutschriftsbetrag"), (-530, "119,00 €")],
    ],
    vendor_name="Möbelhaus Sommer GmbH",
    total_amount="119.00",
    currency="EUR",
    invoice_date="2026-03-10",
    invoice_number="G-2026-14",
)
pdf(
    "sv_tel.pdf",
    [
        [(L, "Nordtele", 16), (400, "Faktura", 16)],
        [(L, "Fakturanummer"), (200, "773 120 455"), (350, "OCR-nummer"), (450, "7731204553")],
        [(L, "Fakturadatum"), (200, "2026-02-28")],
        [(L, "Att betala"), (200, "348,00 kr"), (350, "Förfallodatum"), (450, "2026-03-31")],
        20,
        [(L, "Mobilabonnemang"), (-400, "299,00")],
        [(L, "Försäkring"), (-400, "49,00")],
        [(L, "Summa"), (-400, "348,00")],
        [(L, "Varav moms 25%"), (-400, "69,60")],
        [(L, "Bankgiro 5050-1055")],
        40,
        [(L, "INBETALNING/GIRERING AVI")],
        [(L, "7731204553 #"), (250, "348"), (300, "00"), (330, "2 >"), (420, "50501055#41#")],
    ],
    vendor_name="Nordtele",
    total_amount="348.00",
    currency="SEK",
    invoice_date="2026-02-28",
    due_date="2026-03-31",
)
eml(
    "int.eml",
    "Café Luna <hola@cafeluna.es>",
    "Tu recibo",
    "<p>Recibo</p>" + table(("Fecha", "4/3/2026"), ("Menú del día", "14 €"), ("Propina", "1 €"), ("Total", "15 €")),
    date="Wed, 04 Mar 2026 15:00:00 +0100",
    vendor_name="Café Luna",
    total_amount="15",
    currency="EUR",
    invoice_date="2026-03-04",
)
eml(
    "in_a_sentence.eml",
    "Loopfit <billing@loopfit.com>",
    "Payment receipt",
    "<p>We received your payment of <b>$29.00</b> for Loopfit Monthly on March 2, 2026.</p><p>Invoice LF-88213</p>",
    date="Mon, 02 Mar 2026 10:00:00 -0500",
    vendor_name="Loopfit",
    total_amount="29.00",
    currency="USD",
    invoice_date="2026-03-02",
    invoice_number="LF-88213",
)
html(
    "ja2.html",
    "<p>ご注文ありがとうございます</p><p>販売元：青空商店</p><p>ご注文番号：250-1234567-1234567</p><p>ご注文日：2026年3月2日</p>"
    + table(
        ("商品の小計", "￥ 3,480"), ("配送料・手数料", "￥ 400"), ("クーポン", "-￥ 200"), ("ご請求額", "￥ 3,680")
    ),
    vendor_name="青空商店",
    total_amount="3680",
    currency="JPY",
    invoice_date="2026-03-02",
    invoice_number="250-1234567-1234567",
)
pdf(
    "el_net.pdf",
    [
        [(L, "Energia Chiara S.p.A.", 14)],
        [(L, "Bolletta dell'energia elettrica")],
        [(L, "N. fattura 2026/884512 del 03/03/2026")],
        [(L, "Codice cliente 100200300")],
        [(L, "Totale da pagare"), (300, "Entro il")],
        [(L, "€ 64,18", 16), (300, "23/03/2026")],
        20,
        [(L, "Spesa per la materia energia"), (-400, "38,20")],
        [(L, "Spesa per il trasporto"), (-400, "14,40")],
        [(L, "Imposte"), (-400, "5,75")],
        [(L, "IVA 10%"), (-400, "5,83")],
        [(L, "Totale bolletta"), (-400, "€ 64,18")],
    ],
    vendor_name="Energia Chiara S.p.A.",
    total_amount="64.18",
    currency="EUR",
    invoice_date="2026-03-03",
    due_date="2026-03-23",
    invoice_number="2026/884512",
)
eml(
    "neg_ship.eml",
    "Vinterbutiken <order@vinterbutiken.se>",
    "Ditt paket är på väg",
    "<p>Din order 900124 är skickad.</p><p>Kolli-id 00373 5001 2345</p>",
)
eml(
    "neg_price.eml",
    "FlySave <deals@flysave.com>",
    "Fares from $39 one-way",
    "<p>Book now: total savings up to $200. Fares from $39.00.</p>",
)
eml(
    "neg_point.eml",
    "Maple Rewards <hi@maple.com>",
    "You have $10.00 in rewards",
    "<p>Your balance: 1,000 points worth $10.00. Expires 04/30/2026.</p>",
)
eml(
    "neg_est.eml",
    "Autofix <svc@autofix.com>",
    "Estimate #E-110",
    "<h1>Estimate</h1>" + table(("Brakes", "$310.00"), ("Total", "$310.00")),
)
eml("neg_stmt.eml", "Kortbanken <noreply@kortbanken.se>", "Överföring", "<p>Du har överfört 500 kr till Anna.</p>")
eml(
    "neg_cal.eml",
    "Dentist <front@dentist.com>",
    "Appointment reminder",
    "<p>See you March 10, 2026 at 10:00. A $50 fee applies to missed visits.</p>",
)
eml(
    "beforetax.eml",
    "Gearshop <orders@gearshop.com>",
    "Your Gearshop order 114-22",
    "<p>Order # 114-22</p>"
    + table(
        ("Item(s) Subtotal:", "$40.00"),
        ("Shipping:", "$5.00"),
        ("Total before tax:", "$45.00"),
        ("Estimated tax to be collected:", "$3.60"),
        ("Order total:", "$48.60"),
        ("Total savings:", "$12.00"),
    ),
    total_amount="48.60",
    currency="USD",
    vendor_name="Gearshop",
    invoice_number="114-22",
)
eml(
    "fx.eml",
    "Paymate <service@paymate.com>",
    "Receipt for your payment to Atelier Rose",
    "<p>You sent a payment of €20.00 EUR to Atelier Rose (hi@atelierrose.fr)</p>"
    + table(
        ("Description", "Unit price", "Qty", "Amount"),
        ("Print", "€20.00 EUR", "1", "€20.00 EUR"),
        ("", "", "Total", "€20.00 EUR"),
    )
    + "<p>You paid $22.10 USD</p><p>Exchange rate 1 USD = 0.905 EUR</p>",
    total_amount="20.00",
    currency="EUR",
    vendor_name="Atelier Rose",
)
eml(
    "hotelb.eml",
    "Roomly <bookings@roomly.com>",
    "Booking confirmation 88 33 21",
    "<p>Confirmation number: 883321</p>"
    + table(("3 nights x €90.00", "€270.00"), ("VAT 10%", "included"), ("Total price", "€270.00"))
    + "<p>City tax (€9.00) is not included and is paid at the property. Prepayment: €0.00. Cancellation fee after 1 March 2026: €90.00</p>",
    total_amount="270.00",
    currency="EUR",
    vendor_name="Roomly",
    invoice_number="883321",
)
pdf(
    "prorate.pdf",
    [
        [(L, "Invoice", 18), (-540, "Taskboard", 14)],
        [(L, "Invoice number 8A1F-0007")],
        [(L, "Date of issue March 6, 2026")],
        [(L, "Date due March 6, 2026")],
        20,
        [(L, "Taskboard Ltd"), (300, "Bill to")],
        [(L, "London"), (300, "Alice Example")],
        20,
        [(L, "$5.00 USD due March 6, 2026", 14)],
        [(L, "Description"), (300, "Qty"), (-440, "Unit price"), (-540, "Amount")],
        [(L, "Unused time on Basic after 06 Mar 2026"), (300, "1"), (-540, "-$5.00")],
        [(L, "Remaining time on Pro after 06 Mar 2026"), (300, "1"), (-540, "$10.00")],
        [(300, "Subtotal"), (-540, "$5.00")],
        [(300, "Total"), (-540, "$5.00")],
        [(300, "Amount due"), (-540, "$5.00 USD")],
    ],
    total_amount="5.00",
    currency="USD",
    invoice_date="2026-03-06",
    due_date="2026-03-06",
    invoice_number="8A1F-0007",
    vendor_name="Taskboard Ltd",
    vendor_alt=["Taskboard"],
)
pdf(
    "phone.pdf",
    [
        [(L, "Pinecone Wireless", 16)],
        [(L, "Bill date Feb 20, 2026"), (350, "Account 771-220-11")],
        [(L, "Last bill $75.00")],
        [(L, "Payments -$75.00")],
        [(L, "Monthly charges"), (-300, "$65.00")],
        [(L, "Equipment"), (-300, "$10.00")],
        [(L, "Taxes & fees"), (-300, "$5.12")],
        [(L, "Total due"), (-300, "$80.12", 14)],
        [(L, "Please pay by Mar 15, 2026")],
        [(L, "Next bill estimated: $80.12")],
        [(L, "Device balance remaining: $640.00")],
    ],
    total_amount="80.12",
    currency="USD",
    invoice_date="2026-02-20",
    due_date="2026-03-15",
    vendor_name="Pinecone Wireless",
)
html(
    "tips.html",
    "<h2>The Copper Pot</h2><p>Check #2291</p><p>02/27/2026 8:15 PM</p>"
    + table(("Soup", "$9.00"), ("Steak", "$31.00"), ("Subtotal", "$40.00"), ("Tax", "$3.50"), ("Total", "$43.50"))
    + "<p>Suggested gratuity: 18% $7.20 20% $8.00 22% $8.80</p>",
    total_amount="43.50",
    currency="USD",
    invoice_date="2026-02-27",
    vendor_name="The Copper Pot",
)
eml(
    "install.eml",
    "Sofa Planet <care@sofaplanet.com>",
    "Order SP-7721 confirmed",
    "<p>Order SP-7721</p>"
    + table(("Sofa", "$400.00"), ("Total", "$400.00"))
    + "<p>Paid in 4 payments of $100.00 with PayLater. Today you paid $100.00.</p>",
    total_amount="400.00",
    currency="USD",
    vendor_name="Sofa Planet",
    invoice_number="SP-7721",
)
eml(
    "gift.eml",
    "River Trust <giving@rivertrust.org>",
    "Thank you for your donation",
    "<p>Dear Alice,</p><p>Thank you for your generous gift of $50.00 to River Trust on March 3, 2026.</p><p>Donation amount: $50.00</p><p>Receipt number: 55-1021</p><p>EIN 12-3456789</p>",
    total_amount="50.00",
    currency="USD",
    invoice_date="2026-03-03",
    vendor_name="River Trust",
    invoice_number="55-1021",
)
pdf(
    "au.pdf",
    [
        [(L, "Bondi Plumbing Pty Ltd", 14)],
        [(L, "ABN 12 345 678 901")],
        [(L, "Tax Invoice 3301")],
        [(L, "Date 5/03/2026"), (250, "Due 19/03/2026")],
        20,
        [(L, "Hot water repair"), (-530, "$100.00")],
        [(350, "GST included"), (-530, "$9.09")],
        [(350, "Total AUD (inc GST)"), (-530, "$100.00")],
        [(L, "BSB 062-000 Acc 12345678")],
    ],
    total_amount="100.00",
    currency="AUD",
    invoice_date="2026-03-05",
    due_date="2026-03-19",
    invoice_number="3301",
    vendor_name="Bondi Plumbing Pty Ltd",
)
pdf(
    "chqr.pdf",
    [
        [(L, "Zahnarztpraxis Dr. Keller", 14)],
        [(L, "Rechnung 2026-118 vom 02.03.2026")],
        20,
        [(L, "Behandlung"), (-530, "450.00")],
        [(L, "Material"), (-530, "35.50")],
        [(L, "Total CHF"), (-530, "485.50")],
        [(L, "zahlbar bis 01.04.2026")],
        60,
        [(L, "Empfangsschein"), (250, "Zahlteil")],
        [(L, "Währung  Betrag"), (250, "Währung  Betrag")],
        [(L, "CHF      485.50"), (250, "CHF      485.50")],
        [(250, "Konto / Zahlbar an")],
        [(250, "CH44 3199 9123 0008 8901 2")],
    ],
    total_amount="485.50",
    currency="CHF",
    invoice_date="2026-03-02",
    due_date="2026-04-01",
    invoice_number="2026-118",
    vendor_name="Zahnarztpraxis Dr. Keller",
)
pdf(
    "hours.pdf",
    [
        [(L, "Kestrel Consulting", 14)],
        [(L, "Invoice #88"), (350, "Date: 2026-03-01")],
        20,
        [(L, "Task"), (300, "Hours"), (-420, "Rate"), (-530, "Total")],
        [(L, "Design"), (300, "10.50"), (-420, "80.00"), (-530, "840.00")],
        [(L, "Review"), (300, "2.00"), (-420, "80.00"), (-530, "160.00")],
        [(L, "Total hours"), (300, "12.50")],
        [(L, "Total"), (-530, "USD 1,000.00")],
    ],
    total_amount="1000.00",
    currency="USD",
    invoice_date="2026-03-01",
    invoice_number="88",
    vendor_name="Kestrel Consulting",
)
pdf(
    "loan.pdf",
    [
        [(L, "Bolånebanken AB", 14)],
        [(L, "Avi"), (350, "Avinummer 77120")],
        [(L, "Fakturadatum 2026-03-01"), (350, "Förfallodag 2026-03-31")],
        20,
        [(L, "Ränta 3,10 %"), (-400, "3 100,00")],
        [(L, "Amortering"), (-400, "2 300,00")],
        [(L, "Att betala"), (-400, "5 400,00")],
        [(L, "Skuld efter betalning"), (-400, "1 197 700,00")],
        [(L, "Bankgiro 5050-1055")],
    ],
    total_amount="5400.00",
    currency="SEK",
    invoice_date="2026-03-01",
    due_date="2026-03-31",
    vendor_name="Bolånebanken AB",
)
pdf(
    "insur.pdf",
    [
        [(L, "Trygg Försäkring", 14)],
        [(L, "Faktura 5512"), (350, "Förfallodatum 2026-03-30")],
        [(L, "Fakturadatum 2026-03-01")],
        20,
        [(L, "Årspremie 4 800 kr")],
        [(L, "Hemförsäkring 2026-04-01 - 2026-04-30"), (-400, "400,00 kr")],
        [(L, "Belopp att betala"), (-400, "400,00 kr")],
    ],
    total_amount="400.00",
    currency="SEK",
    invoice_date="2026-03-01",
    due_date="2026-03-30",
    invoice_number="5512",
    vendor_name="Trygg Försäkring",
)
html(
    "gplay.html",
    "<p>Playbox</p><p>Thank you. You made a subscription purchase from Studio Kite on Playbox.</p><p>Order number: PB.3312-4410-9021-55512</p><p>Order date: Mar 2, 2026 8:01:22 AM PST</p>"
    + table(("Item", "Price"), ("Kite Premium (Monthly)", "US$4.99/month"))
    + "<p>Total: US$4.99/month</p><p>Payment method: Visa-1234</p>",
    total_amount="4.99",
    currency="USD",
    invoice_date="2026-03-02",
    invoice_number="PB.3312-4410-9021-55512",
    vendor_name="Playbox",
    vendor_alt=["Studio Kite"],
)
eml(
    "square.eml",
    "Bean There via Squarepay <receipts@messaging.squarepay.com>",
    "Receipt from Bean There",
    "<h1>$5.50</h1><p>Bean There</p>"
    + table(("Latte", "$4.50"), ("Tip", "$1.00"), ("Total", "$5.50"))
    + "<p>Visa 1234 (Chip) Mar 4 2026 at 5:10 PM #aBcD</p>",
    date="Wed, 04 Mar 2026 22:10:00 +0000",
    total_amount="5.50",
    currency="USD",
    vendor_name="Bean There",
    invoice_date="2026-03-04",
)
eml(
    "shopify.eml",
    "Lumen Candles <store+123@shopmail.com>",
    "Order #1001 confirmed",
    "<h2>Thank you for your purchase!</h2><p>ORDER #1001</p><p>Hi Alice, we're getting your order ready to be shipped.</p><h3>Order summary</h3>"
    + table(
        ('<img alt="x">', "Candle × 2", "$30.00"),
    )
    + table(("Subtotal", "$30.00"), ("Shipping", "$4.00"), ("Taxes", "$2.72"), ("Total", "<strong>$36.72 USD</strong>"))
    + "<p>You saved $6.00</p>",
    total_amount="36.72",
    currency="USD",
    vendor_name="Lumen Candles",
    invoice_number="1001",
)
eml(
    "db.eml",
    "Schienenreise <buchung@schienenreise.de>",
    "Buchungsbestätigung (Auftrag QX7R2P)",
    "<p>Auftragsnummer: QX7R2P</p><p>Buchungsdatum: 03.03.2026</p>"
    + table(("Hinfahrt am 12.04.2026 ICE 571", "29,90 €"), ("Reservierung", "4,90 €"), ("Summe", "34,80 €"))
    + "<p>enthaltene MwSt 7%: 2,28 €</p>",
    total_amount="34.80",
    currency="EUR",
    vendor_name="Schienenreise",
    invoice_date="2026-03-03",
    invoice_number="QX7R2P",
)
eml(
    "ticket.eml",
    "Ticketbooth <orders@ticketbooth.com>",
    "You Got Tickets To The Lamps",
    "<p>Order # 12-55021/SEA</p><p>Sat · Jun 20, 2026 · 7:30 PM</p>"
    + table(
        ("Standard Ticket $45.00 x 2", "$90.00"),
        ("Service Fee $9.50 x 2", "$19.00"),
        ("Order Processing Fee", "$3.95"),
        ("Total (2 tickets)", "$112.95"),
    )
    + "<p>VISA - 1234 $112.95</p>",
    date="Thu, 05 Mar 2026 12:00:00 -0800",
    total_amount="112.95",
    currency="USD",
    vendor_name="Ticketbooth",
    invoice_date="2026-03-05",
)
pdf(
    "facturx.pdf",
    [
        [(L, "Lieferhof GmbH • Hofstraße 20 • 80333 München", 8)],
        20,
        [(L, "Kundenfreund AG"), (350, "Datum:"), (440, "15.11.2025")],
        [(L, "Kundenweg 15"), (350, "Kundennummer:"), (440, "KD-200")],
        [(L, "69876 Frankfurt"), (350, "Lieferdatum:"), (440, "14.11.2025")],
        20,
        [(L, "Rechnung Nr. 471103", 14)],
        10,
        [
            (L, "Pos"),
            (90, "Artikel"),
            (250, "Menge"),
            (-360, "Einzelpreis netto"),
            (-430, "USt"),
            (-530, "Gesamt netto"),
        ],
        [(L, "1"), (90, "Trennstreifen A4"), (250, "20,00"), (-360, "9,90"), (-430, "19%"), (-530, "198,00")],
        [(L, "2"), (90, "Kirschjoghurt"), (250, "50,00"), (-360, "5,50"), (-430, "7%"), (-530, "275,00")],
        10,
        [(300, "Nettosumme"), (-530, "473,00")],
        [(300, "USt 19% auf 198,00"), (-530, "37,62")],
        [(300, "USt 7% auf 275,00"), (-530, "19,25")],
        [(300, "Bruttosumme"), (-530, "529,87")],
        [(300, "Anzahlung"), (-530, "100,00")],
        [(300, "Restbetrag"), (-530, "429,87")],
        [(L, "Zahlbar innerhalb 30 Tagen netto bis 15.12.2025, 3% Skonto innerhalb 10 Tagen bis 25.11.2025.")],
        [(L, "Alle Beträge in EUR")],
    ],
    total_amount="529.87",
    currency="EUR",
    invoice_date="2025-11-15",
    due_date="2025-12-15",
    invoice_number="471103",
    vendor_name="Lieferhof GmbH",
)
pdf(
    "nl_en.pdf",
    [
        [(-540, "Windmill Software B.V.", 12)],
        [(-540, "Keizersgracht 1, Amsterdam")],
        [(L, "Alice Example")],
        20,
        [(L, "Invoice", 20)],
        [(L, "Invoice number"), (180, "F2026-0031")],
        [(L, "Invoice date"), (180, "02-03-2026")],
        [(L, "Expiration date"), (180, "16-03-2026")],
        20,
        [(L, "Amount"), (120, "Description"), (-400, "Price"), (-460, "VAT"), (-540, "Total")],
        [(L, "1 x"), (120, "Licence"), (-400, "€ 50,00"), (-460, "21%"), (-540, "€ 50,00")],
        10,
        [(350, "Subtotal"), (-540, "€ 50,00")],
        [(350, "21% VAT"), (-540, "€ 10,50")],
        [(350, "Total"), (-540, "€ 60,50")],
        [(L, "Please transfer € 60,50 before 16-03-2026 to NL91ABNA0417164300.")],
    ],
    total_amount="60.50",
    currency="EUR",
    invoice_date="2026-03-02",
    due_date="2026-03-16",
    invoice_number="F2026-0031",
    vendor_name="Windmill Software B.V.",
)
eml(
    "text_air.eml",
    "Aurora Air <eticket@auroraair.com>",
    "Your e-ticket receipt",
    "AURORA AIR ELECTRONIC TICKET RECEIPT\n\nBOOKING REFERENCE: K7QW2Z\nDATE OF ISSUE: 04MAR26\n\nFLIGHT   DATE    FROM TO\nAA 123   17APR   ARN  LHR\n\nFARE            SEK 1200\nTAXES/FEES      SEK 534\nTOTAL           SEK 1734\nFORM OF PAYMENT VISA XXXX1234\n",
    ctype="text/plain",
    date="Wed, 04 Mar 2026 10:00:00 +0100",
    total_amount="1734",
    currency="SEK",
    invoice_date="2026-03-04",
    invoice_number="K7QW2Z",
    vendor_name="Aurora Air",
)
eml(
    "neg_usps.eml",
    "Postal Updates <auto@postal.com>",
    "Expected delivery on Tuesday",
    "<p>Your item arrives by 9:00pm. Tracking Number: 9400111899223. Declared value $50.00</p>",
)
eml(
    "neg_promo2.eml",
    "Roomly <deals@roomly.com>",
    "Alice, save 20% on your next booking",
    "<p>Lisbon from €45 per night. Total price shown at checkout.</p><p>Hotel Sol €89</p>",
)
eml(
    "neg_card.eml",
    "MyBank <alerts@mybank.com>",
    "Your statement is ready",
    "<p>Statement balance $512.20. Minimum payment due $25.00 by March 28, 2026.</p>",
)
eml(
    "neg_itin.eml",
    "Aurora Air <checkin@auroraair.com>",
    "Time to check in for your flight",
    "<p>Confirmation K7QW2Z. Extra bag from $35.00.</p>",
)
pdf(
    "footer_only.pdf",
    [
        60,
        [(L, "Herrn")],
        [(L, "Max Beispiel")],
        [(L, "Ringstraße 4")],
        [(L, "50667 Köln")],
        40,
        [(L, "Rechnung Nr. 2026-77", 14), (400, "Datum 04.03.2026")],
        20,
        [(L, "Beratung"), (-540, "100,00 €")],
        [(L, "Nettobetrag"), (-540, "100,00 €")],
        [(L, "19 % MwSt"), (-540, "19,00 €")],
        [(L, "Gesamtbetrag"), (-540, "119,00 €")],
        300,
        [(L, "Steuerkanzlei Hoffmann PartG mbB · Domplatz 1 · 50667 Köln · www.kanzlei-hoffmann.de", 8)],
        [(L, "IBAN DE88200800000970375700 · USt-IdNr. DE136695976", 8)],
    ],
    vendor_name="Steuerkanzlei Hoffmann PartG mbB",
    vendor_alt=["Steuerkanzlei Hoffmann"],
    total_amount="119.00",
    currency="EUR",
    invoice_date="2026-03-04",
    invoice_number="2026-77",
)
pdf(
    "logo_img.pdf",
    [
        60,
        [(L, "Bill to:")],
        [(L, "Northwind Traders Inc.")],
        [(L, "12 Dock Rd, Seattle, WA 98101")],
        20,
        [(L, "Invoice no. 5519"), (350, "Date: 2026-03-05")],
        20,
        [(L, "Item"), (300, "Qty"), (-440, "Price"), (-540, "Amount")],
        [(L, "Hosting"), (300, "1"), (-440, "$30.00"), (-540, "$30.00")],
        [(350, "Total"), (-540, "$30.00")],
        300,
        [(L, "Questions? billing@brightcloud.io  |  www.brightcloud.io")],
    ],
    vendor_name="Brightcloud",
    total_amount="30.00",
    currency="USD",
    invoice_date="2026-03-05",
    invoice_number="5519",
)
pdf(
    "right_seller.pdf",
    [
        [(350, "Garcia & Sons Roofing", 13)],
        [(350, "88 Hill Ave")],
        [(350, "Tampa, FL 33602")],
        [(350, "(813) 555-0100")],
        20,
        [(L, "INVOICE", 18)],
        [(L, "Invoice #: 2044")],
        [(L, "Invoice Date: 03/02/2026")],
        10,
        [(L, "TO:")],
        [(L, "Maple HOA")],
        [(L, "Attn: Sue Park")],
        20,
        [(L, "Item"), (300, "Qty"), (-440, "Price"), (-540, "Amount")],
        [(L, "Roof repair"), (300, "1"), (-440, "1,500.00"), (-540, "1,500.00")],
        [(350, "TOTAL DUE"), (-540, "$1,500.00")],
        20,
        [(L, "Make all checks payable to Garcia & Sons Roofing")],
    ],
    vendor_name="Garcia & Sons Roofing",
    total_amount="1500.00",
    currency="USD",
    invoice_date="2026-03-02",
    invoice_number="2044",
)
pdf(
    "from_to.pdf",
    [
        [(L, "Invoice", 20)],
        [(L, "From"), (300, "To")],
        [(L, "Studio Aster"), (300, "Kiln Cafe Ltd")],
        [(L, "4 Mill Lane, Leeds"), (300, "9 High St, York")],
        20,
        [(L, "Number: A-19"), (300, "Date: 4 Mar 2026")],
        20,
        [(L, "Item"), (300, "Qty"), (-440, "Price"), (-540, "Amount")],
        [(L, "Photos"), (300, "1"), (-440, "£200.00"), (-540, "£200.00")],
        [(350, "Total"), (-540, "£200.00")],
    ],
    vendor_name="Studio Aster",
    total_amount="200.00",
    currency="GBP",
    invoice_date="2026-03-04",
    invoice_number="A-19",
)
pdf(
    "plain_person.pdf",
    [
        [(L, "Karin Holm Illustration", 12)],
        [(L, "Tulegatan 9, 113 53 Stockholm")],
        [(L, "karin@karinholm.se")],
        20,
        [(L, "FAKTURA 31", 16)],
        [(L, "Fakturadatum: 2026-03-01   Förfallodatum: 2026-03-31")],
        [(L, "Till: Bokförlaget Ek AB")],
        20,
        [(L, "Omslag"), (-540, "8 000,00")],
        [(L, "Moms 25 %"), (-540, "2 000,00")],
        [(L, "Att betala SEK"), (-540, "10 000,00")],
    ],
    vendor_name="Karin Holm Illustration",
    total_amount="10000.00",
    currency="SEK",
    invoice_date="2026-03-01",
    due_date="2026-03-31",
    invoice_number="31",
)
pdf(
    "en_fr.pdf",
    [
        [(L, "FACTURE", 18), (350, "N° F-2026-041")],
        [(350, "Date : 02/03/2026")],
        [(350, "Échéance : 01/04/2026")],
        [(L, "Atelier du Bois", 12)],
        [(L, "12 rue des Lilas, 69003 Lyon")],
        [(L, "SIRET 123 456 789 00012")],
        20,
        [(350, "Client :")],
        [(350, "Mme Claire Petit")],
        20,
        [(L, "Désignation"), (300, "Qté"), (-430, "PU HT"), (-540, "Total HT")],
        [(L, "Étagère chêne"), (300, "2"), (-430, "150,00"), (-540, "300,00")],
        [(350, "Total HT"), (-540, "300,00 €")],
        [(350, "TVA 20 %"), (-540, "60,00 €")],
        [(350, "Total TTC"), (-540, "360,00 €")],
        [(350, "Acompte versé"), (-540, "100,00 €")],
        [(350, "Net à payer"), (-540, "260,00 €")],
    ],
    vendor_name="Atelier du Bois",
    total_amount="360.00",
    currency="EUR",
    invoice_date="2026-03-02",
    due_date="2026-04-01",
    invoice_number="F-2026-041",
)
html(
    "nohdr.html",
    '<table><tr><td><img src=x alt="Fernwell logo"></td></tr><tr><td><h1>Thanks for your order</h1><p>Hi Alice, we are packing it now.</p></td></tr></table>'
    + table(
        ("Order", "FW-2201"), ("Date", "March 4, 2026"), ("Tea", "$12.00"), ("Shipping", "$4.00"), ("Total", "$16.00")
    )
    + "<p>Fernwell Tea Co., 5 Leaf St, Portland, OR</p><p>© 2026 Fernwell Tea Co.</p>",
    vendor_name="Fernwell Tea Co.",
    vendor_alt=["Fernwell"],
    total_amount="16.00",
    currency="USD",
    invoice_date="2026-03-04",
    invoice_number="FW-2201",
)
eml(
    "via.eml",
    '"Marta\'s Bakery" <noreply@orderpad.app>',
    "Receipt for order 88",
    "<h2>Marta's Bakery</h2>" + table(("Bread", "€4.00"), ("Total", "€4.00")) + "<p>Powered by Orderpad</p>",
    vendor_name="Marta's Bakery",
    total_amount="4.00",
    currency="EUR",
    invoice_number="88",
)
eml(
    "noname.eml",
    "billing@hostnest.net",
    "Invoice HN-9 paid",
    "<p>Invoice HN-9</p><p>Total: $9.00</p><p>Paid March 4, 2026</p>",
    date="Wed, 04 Mar 2026 12:00:00 +0000",
    vendor_name="Hostnest",
    total_amount="9.00",
    currency="USD",
    invoice_date="2026-03-04",
    invoice_number="HN-9",
)
eml(
    "personal.eml",
    "Carl Berg <carl.berg@gmail.com>",
    "Faktura",
    "<p>Hej! Bifogar faktura.</p><p>Bergs Trädgård AB</p><p>Fakturanr 12</p><p>Fakturadatum 2026-03-04</p><p>Att betala: 1 250 kr</p><p>Bankgiro 5050-1055</p>",
    vendor_name="Bergs Trädgård AB",
    total_amount="1250",
    currency="SEK",
    invoice_date="2026-03-04",
    invoice_number="12",
)
pdf(
    "schluss.pdf",
    [
        [(L, "Bau Keller GmbH", 14)],
        [(L, "Schlussrechnung Nr. SR-12 vom 10.03.2026")],
        20,
        [(L, "Gesamtleistung netto"), (-540, "10.000,00 €")],
        [(L, "zzgl. 19 % USt"), (-540, "1.900,00 €")],
        [(L, "Gesamtsumme brutto"), (-540, "11.900,00 €")],
        [(L, "abzgl. 1. Abschlagszahlung vom 01.02.2026"), (-540, "-5.950,00 €")],
        [(L, "Noch zu zahlen"), (-540, "5.950,00 €")],
    ],
    vendor_name="Bau Keller GmbH",
    total_amount="11900.00",
    currency="EUR",
    invoice_date="2026-03-10",
    invoice_number="SR-12",
)
html(
    "pl.html",
    "<h2>Faktura VAT nr FV/12/03/2026</h2><p>Data wystawienia: 2026-03-10</p><p>Data sprzedaży: 2026-03-09</p><p>Termin płatności: 2026-03-24</p>"
    + table(("Sprzedawca", "Nabywca"), ("Zielony Ogród Sp. z o.o.", "Jan Kowalski"))
    + table(
        ("Lp.", "Nazwa towaru", "Ilość", "Cena netto", "Wartość netto", "VAT", "Wartość brutto"),
        ("1", "Sadzonki", "10 szt", "50,00", "500,00", "23%", "615,00"),
        ("2", "Ziemia", "5 szt", "100,00", "500,00", "23%", "615,00"),
    )
    + "<p>Do zapłaty: 1 230,00 PLN</p><p>Słownie: jeden tysiąc dwieście trzydzieści złotych</p>",
    vendor_name="Zielony Ogród Sp. z o.o.",
    total_amount="1230.00",
    currency="PLN",
    invoice_date="2026-03-10",
    due_date="2026-03-24",
    invoice_number="FV/12/03/2026",
    items=["615", "615"],
)
html(
    "cs.html",
    "<h2>FAKTURA - DAŇOVÝ DOKLAD č. 2026001</h2>"
    + table(("Dodavatel:", "Odběratel:"), ("Pekárna Novák s.r.o.", "Eva Malá"))
    + table(("Datum vystavení:", "10.03.2026"), ("Datum splatnosti:", "24.03.2026"))
    + table(("Základ DPH 21 %", "10 000,00"), ("DPH 21 %", "2 100,00"), ("Celkem k úhradě:", "12 100,00 Kč")),
    vendor_name="Pekárna Novák s.r.o.",
    total_amount="12100.00",
    currency="CZK",
    invoice_date="2026-03-10",
    due_date="2026-03-24",
    invoice_number="2026001",
)
