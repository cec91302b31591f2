"""More invented papers: pages typed in columns, shop pages and mails, each for something that was once read wrong."""

from __future__ import annotations

import re
from io import BytesIO

from reportlab.pdfgen import canvas

from tests.unit.parsing.papers import PAPERS, Paper, table, tr
from tests.unit.parsing.papers import eml as mail

_CHUNK = re.compile(r"\S+(?: \S+)*")


def typed(name: str, text: str, *, size: int = 9, **truth: object) -> None:
    """PDF pages (apart by a form feed) set in one width of type; two blanks or more begin another column."""
    written = BytesIO()
    sheet = canvas.Canvas(written, pagesize=(595, 842), invariant=True)
    for leaf in text.strip("\n").split("\f"):
        sheet.setFont("Courier", size)
        for number, line in enumerate(leaf.strip("\n").split("\n")):
            for chunk in _CHUNK.finditer(line):
                sheet.drawString(40 + chunk.start() * size * 0.6, 800 - number * (size + 3), chunk[0])
        sheet.showPage()
    sheet.save()
    PAPERS.append(Paper(name, written.getvalue(), truth))


def page(name: str, body: str, *, head: str = "", **truth: object) -> None:
    content = f'<!doctype html><html><head><meta charset="utf-8">{head}</head><body>{body}</body></html>'
    PAPERS.append(Paper(name, content.encode(), truth))


def nest(*rows: tuple[str, str]) -> str:
    """Rows as mails lay them out, each a table of its own."""
    return "".join(f"<table>{tr(left, right)}</table>" for left, right in rows)


def divs(*rows: tuple[str, str]) -> str:
    return "".join(f"<div><div>{left}</div><div>{right}</div></div>" for left, right in rows)


typed(
    "tel_de.pdf",
    """
Nordfunk Deutschland GmbH, 53171 Bonn
                                                     Ihre Rechnung für März 2026
Frau                                                 Datum              06.03.2026
Alice Beispiel                                       Seite              1 von 4
Lindenweg 3                                          Kundennummer       5512340987
50667 Köln                                           Rechnungsnummer    77 4411 9023
                                                     Buchungskonto      3312345678
                                                     Servicenummer      0800 1234567

Ihre Leistungen im Überblick                                   Beträge (Euro)
Festnetz-Leistungen
  Monatliche Beträge                                                 33,57
  Verbindungen                                                        1,25
Mobilfunk                                                            16,80
Summe der oben angeführten Beträge                                   51,62
Umsatzsteuer 19 % auf 51,62 €                                         9,81
Rechnungsbetrag                                                      61,43

Der Rechnungsbetrag wird nicht vor dem 7. Tag nach Zugang der Rechnung von Ihrem
Konto abgebucht. Mandatsreferenz: DE0000012345
Gläubiger-ID: DE93ZZZ00000078611
""",
    vendor_name="Nordfunk Deutschland GmbH",
    total_amount="61.43",
    currency="EUR",
    invoice_date="2026-03-06",
    invoice_number="77 4411 9023",
)
typed(
    "hosting_fr.pdf",
    """
Nuage SAS
2 rue Kellermann
59100 Roubaix                                        Facture
RCS Lille 424 761 419                                 FR31882104
Code APE 2620Z
N° TVA : FR 22 424 761 419                           Date d'émission : 12/03/2026
                                                     Date d'échéance : 12/03/2026

Client : Association Les Amis
NIC : ab12345-nu

Abonnement                      Référence      Quantité     Prix unitaire HT    Prix HT
Nom de domaine amis.fr - 1 an   domain-fr         1              6,99 €           6,99 €
Hébergement perso 1 mois        hosting-p         12             3,59 €          43,08 €
                                                            PRIX HT              50,07 €
                                                            TVA 20 %             10,01 €
                                                            TOTAL TTC            60,08 €
Réglée par carte bancaire le 12/03/2026
""",
    vendor_name="Nuage SAS",
    total_amount="60.08",
    currency="EUR",
    invoice_date="2026-03-12",
    due_date="2026-03-12",
    invoice_number="FR31882104",
    items=["6.99", "43.08"],
)
mail(
    "ride_us.eml",
    "Hopride Ride Receipt <no-reply@hopridemail.com>",
    "Your ride with Omar on March 3",
    "<p>MARCH 3, 2026 AT 6:32 PM</p><h1>Thanks for riding with Omar!</h1><p>100% of tips go to drivers. <a>Add a tip</a></p>"
    + table(("Hopride fare (8.21mi, 21m 4s)", "$19.33"), ("Tip", "$4.00"), ("Airport fee", "$2.50"))
    + table(("<img alt='Visa'> Visa *4242", "$25.83"))
    + "<p>Pickup 6:32 PM 100 Main St</p><p>Drop-off 6:53 PM SFO</p><p>This and every ride is carbon neutral</p><p>Refer a friend, get $10</p><p>© 2026 Hopride, Inc.</p>",
    date="Wed, 04 Mar 2026 02:58:00 +0000",
    vendor_name="Hopride",
    total_amount="25.83",
    currency="USD",
    invoice_date="2026-03-03",
)
typed(
    "cloud_usage.pdf",
    """
Wavecloud LLC                                                       Final invoice for the
101 Avenue of the Oceans, 10th Floor                                February 2026 billing period
New York, NY 10013
United States
VAT ID: EU528002224

Details                         For                              Summary
Invoice number:  512345678      My Team                          Total usage charges       $24.00
Date of issue:   March 1, 2026  <alice@example.com>              Subtotal                  $24.00
Payment due on:  March 1, 2026  Lindenweg 3, Köln                DE VAT (19.00%)            $4.56
                                                                 Total due                 $28.56
If you have a credit card on file, it will be automatically charged within 24 hours

Product usage charges
Detailed usage information is available via the API or can be downloaded from the billing section of your account

Droplets                                              Hours    Start           End              $24.00
web-1 (s-2vcpu-4gb)                                   672      02-01 00:00     03-01 00:00      $24.00
""",
    size=8,
    vendor_name="Wavecloud LLC",
    total_amount="28.56",
    currency="USD",
    invoice_date="2026-03-01",
    due_date="2026-03-01",
    invoice_number="512345678",
)
typed(
    "ride_in.pdf",
    """
                             INVOICE
Serial No: 3KAB1234567          Invoice Date: 05 Mar, 2026
Customer Name: Asha Rao
Ride Date 05 Mar, 2026          CRN 5512345678

Description                                   Amount (Rs.)
Ride Fare                                       212.50
Convenience Fee                                  15.00
CGST 2.5%                                         5.31
SGST 2.5%                                         5.31
Round Off                                        -0.12
Total Bill                                      238.00
Paid by Cash                                    238.00

RideKaro Technologies Pvt. Ltd.
Regd. Office: Mumbai 400076
""",
    vendor_name="RideKaro Technologies Pvt. Ltd.",
    total_amount="238.00",
    currency="INR",
    invoice_date="2026-03-05",
    invoice_number="3KAB1234567",
)
mail(
    "craft_market.eml",
    "Craftly Transactions <transaction@craftly.com>",
    "Your Craftly Purchase from MoonPottery (3312345678)",
    "<h1>Your order is confirmed</h1><p>Your order number is <b>3312345678</b></p><h2>Order details</h2><p>Shop: MoonPottery</p>"
    + table(("Blue mug<br>Quantity: 1<br>Price: $28.00",))
    + table(
        ("Item total:", "$28.00"),
        ("Shop discount:", "-$2.80"),
        ("Subtotal:", "$25.20"),
        ("Shipping:", "$6.50"),
        ("Sales tax:", "$2.02"),
        ("Order total:", "$33.72"),
    )
    + "<p>Paid with Visa ending in 1234</p><p>Craftly, Inc. 117 Adams Street, Brooklyn, NY 11201</p>",
    date="Wed, 04 Mar 2026 09:10:00 -0500",
    vendor_name="Craftly",
    vendor_alt=["MoonPottery"],
    total_amount="33.72",
    currency="USD",
    invoice_date="2026-03-04",
    invoice_number="3312345678",
)
mail(
    "appstore_sv.eml",
    "Robot Play <robotplay-noreply@robot.com>",
    "Kvitto på din Robot Play-beställning från 4 mars 2026",
    "<h2>Tack</h2><p>Du har köpt från Appmakarna AB på Robot Play.</p><p>Ordernummer: GPA.3312-1234-5678-90123</p><p>Beställningsdatum: 4 mars 2026 08:12:33 CET</p><p>Ditt konto: alice@example.com</p>"
    + table(
        ("Artikel", "Pris"),
        ("Prenumeration på Premium (Vädret)", "29,00 kr/månad"),
        ("Moms: 5,80 kr", ""),
        ("Totalt:", "29,00 kr/månad"),
    )
    + "<p>Betalningsmetod: Visa-1234</p>",
    date="Wed, 04 Mar 2026 08:13:00 +0100",
    vendor_name="Robot Play",
    vendor_alt=["Appmakarna AB", "Robot"],
    total_amount="29.00",
    currency="SEK",
    invoice_date="2026-03-04",
    invoice_number="GPA.3312-1234-5678-90123",
)
typed(
    "rail_de.pdf",
    """
Fernbahn                                                   Online-Ticket
                                                           Auftragsnummer: K7QW2Z
Flexpreis Hinfahrt (Einfache Fahrt)                        Gültig ab: 14.03.2026
Klasse:       2
Erw.:         1
Über:         Köln Hbf - Frankfurt(M)

Zahlungspositionen und Preis (Preise inkl. 7,0% MwSt)
Positionen                  Preis       MwSt D        MwSt D Ausland
ICE Fahrkarte    1         69,90 €     69,90 €          4,57 €
Reservierung     1          5,20 €      5,20 €          0,34 €
Summe                      75,10 €     75,10 €          4,91 €

Die Buchung Ihrer Fahrkarte erfolgte am 04.03.2026 19:02 Uhr. Betrag wurde mit Kreditkarte gezahlt.
Fernbahn Vertrieb GmbH, Stephensonstr. 1, 60326 Frankfurt, USt-IdNr.: DE814160246
""",
    size=8,
    vendor_name="Fernbahn",
    vendor_alt=["Fernbahn Vertrieb GmbH"],
    total_amount="75.10",
    currency="EUR",
    invoice_date="2026-03-04",
    invoice_number="K7QW2Z",
)
typed(
    "air_ie.pdf",
    """
                         Lufttur DAC - Tax Invoice / Factura

Airside Business Park, Swords, Co. Dublin
VAT No. IE4749148U
Invoice Number  RYR-2026-0012345            Date of Invoice  05 Mar 2026
Reservation     ABC12D

Passenger: MR JUAN PEREZ
Item                       Net         VAT %     VAT       Gross
Fare                      35.00        10%       3.50      38.50
Seat                       8.00        10%       0.80       8.80
Bag                       20.00        10%       2.00      22.00
                                                Total EUR  69.30
Payment Mastercard XXXX XXXX XXXX 1234
""",
    vendor_name="Lufttur DAC",
    vendor_alt=["Lufttur"],
    total_amount="69.30",
    currency="EUR",
    invoice_date="2026-03-05",
    invoice_number="RYR-2026-0012345",
)
typed(
    "folio.pdf",
    """
                                   Harbor Inn & Suites
                                   45 Pier Road, Portland, ME 04101
                                   (207) 555-0119

Alice Example                      Room:         412
9 Elm St                           Arrival:      03-02-26
Boston MA 02110                    Departure:    03-04-26
                                   Folio No.:    118822
                                   Conf. No.:    33445566

Date        Description                      Charges        Credits
03-02-26    Room Charge                      149.00
03-02-26    State Occupancy Tax               13.41
03-03-26    Room Charge                      149.00
03-03-26    State Occupancy Tax               13.41
03-03-26    Restaurant Dinner                 42.18
03-04-26    Visa XXXXXXXXXXXX1234                            367.00

                        Total                367.00          367.00
                        Balance                0.00
Thank you for staying with us!
""",
    vendor_name="Harbor Inn & Suites",
    total_amount="367.00",
    currency="USD",
)
typed(
    "phone_us.pdf",
    """
KESTREL WIRELESS                         Account: 912345678-00001
PO BOX 489 NEWARK, NJ 07101            Invoice: 9912345678
                                       Billing period: Jan 24 - Feb 23, 2026
ALICE EXAMPLE
                     Your bill is  $142.87
Previous balance                             $140.22
Payment received Feb 10 - Thank you         -$140.22
Balance forward                                $0.00
Monthly charges                              $125.00
Surcharges                                     $9.12
Taxes and government fees                      $8.75
Total current charges                        $142.87
Total due on March 15, 2026                  $142.87
""",
    vendor_name="Kestrel Wireless",
    total_amount="142.87",
    currency="USD",
    due_date="2026-03-15",
    invoice_number="9912345678",
)
typed(
    "pt_luz.pdf",
    """
LuzViva Comercial S.A.                               Fatura n.º FT 26E/12345678
NIF 503504564                                        Data de emissão: 4 de março de 2026
                                                     Período de faturação: 2 fev 2026 a 1 mar 2026
Alice Exemplo
Rua das Flores 2, 1200-192 Lisboa
                          Valor a pagar                  47,83 €
                          Data limite de pagamento       25 mar 2026
Resumo da fatura
Eletricidade                                             36,20 €
Taxas e impostos                                          3,50 €
IVA (23%)                                                 8,13 €
Total                                                    47,83 €
Entidade 21112  Referência 123 456 789  Montante 47,83 €
""",
    vendor_name="LuzViva Comercial S.A.",
    total_amount="47.83",
    currency="EUR",
    invoice_date="2026-03-04",
    due_date="2026-03-25",
    invoice_number="FT 26E/12345678",
)
mail(
    "clothes_no.eml",
    "Kleskapet <info@service-mail.kleskapet.no>",
    "Takk for bestillingen din",
    "<h1>Takk for bestillingen, Alice!</h1><p>Ordrenummer: 10 1040 1234 5678</p><p>Bestillingsdato: 4. mars 2026</p>"
    + table(("Genser blå, str. M", "Antall: 1", "599,00 kr"), ("Sokker", "Antall: 2", "198,00 kr"))
    + table(("Delsum", "797,00 kr"), ("Frakt", "0,00 kr"), ("Totalt inkl. mva.", "797,00 kr"))
    + "<p>Betaling: Vipps</p><p>Retur innen 100 dager.</p>",
    date="Wed, 04 Mar 2026 09:10:00 +0100",
    vendor_name="Kleskapet",
    total_amount="797.00",
    currency="NOK",
    invoice_date="2026-03-04",
    invoice_number="10 1040 1234 5678",
)
typed(
    "dual.pdf",
    """
Alpine Gear AG                                              Rechnung
Bahnhofstrasse 10, 8001 Zürich                              Nr. 88123
CHE-123.456.789 MWST                                        Datum 04.03.2026
                                                            Zahlbar bis 03.04.2026
Pos   Artikel                  Menge      Preis       Total CHF
1     Rucksack 30L                1      149.00         149.00
2     Trinkflasche                2       24.50          49.00
                                   Zwischentotal        198.00
                                   MWST 8.1%             16.04
                                   Rechnungstotal CHF   214.04
                                   entspricht EUR       224.51
IBAN CH93 0076 2011 6238 5295 7
""",
    vendor_name="Alpine Gear AG",
    total_amount="214.04",
    currency="CHF",
    invoice_date="2026-03-04",
    due_date="2026-04-03",
    invoice_number="88123",
    items=["149.00", "49.00"],
)
typed(
    "multivat.pdf",
    """
Weinhandel Moser e.K.          Rechnung 2026/0311        05.03.2026
Kaiserstr. 7, 76131 Karlsruhe

Art.    Bezeichnung                 Anz     E-Preis     MwSt      G-Preis
W12     Riesling 2024                6        8,90       19         53,40
T03     Traubensaft                  3        3,20        7          9,60

              Netto 19%    MwSt 19%    Netto 7%   MwSt 7%    Versand     Endbetrag
                44,87        8,53        8,97       0,63       5,90        68,90
Bitte überweisen Sie bis zum 19.03.2026 auf IBAN DE89 3704 0044 0532 0130 00
""",
    size=8,
    vendor_name="Weinhandel Moser e.K.",
    total_amount="68.90",
    currency="EUR",
    invoice_date="2026-03-05",
    due_date="2026-03-19",
    invoice_number="2026/0311",
    items=["53.40", "9.60"],
)
page(
    "ar.html",
    "<h1 dir=rtl>فاتورة ضريبية</h1><p>Invoice No: 2026-0091</p><p>Date: 04/03/2026</p>"
    + table(("Description", "Amount (SAR)"), ("Consulting خدمات", "1,000.00"))
    + table(("Subtotal", "1,000.00"), ("VAT 15% ضريبة القيمة المضافة", "150.00"), ("Total المجموع", "SAR 1,150.00"))
    + "<p>Desert Palm Trading Co.</p>",
    vendor_name="Desert Palm Trading Co.",
    total_amount="1150.00",
    currency="SAR",
    invoice_date="2026-03-04",
    invoice_number="2026-0091",
)
mail(
    "neg_abandon.eml",
    "ShopX <a@shopx.com>",
    "You left something behind",
    "<p>Your cart</p>" + table(("Lamp", "$40.00"), ("Total", "$40.00")) + "<p><a>Complete your purchase</a></p>",
)
mail(
    "neg_price2.eml",
    "Flyg.se <a@flyg.se>",
    "Prisfall: Barcelona från 499 kr",
    "<p>Barcelona 499 kr</p><p>Rom 599 kr</p>",
)
page(
    "jsonld.html",
    "<h1>Order confirmation</h1><p>Order 99-A</p>"
    + table(("Vase", "$30.00"), ("Shipping", "$5.00"), ("Total", "$35.00")),
    head='<script type="application/ld+json">{"@context":"http://schema.org","@type":"Order","merchant":{"@type":"Organization","name":"Vaserie"},"orderNumber":"99-A","priceCurrency":"USD","price":"35.00","orderDate":"2026-03-04","acceptedOffer":{"@type":"Offer","itemOffered":{"@type":"Product","name":"Vase"},"price":"30.00","eligibleQuantity":{"value":"1"}}}</script>',
    vendor_name="Vaserie",
    total_amount="35.00",
    currency="USD",
    invoice_date="2026-03-04",
    invoice_number="99-A",
)
page(
    "jsonld_item.html",
    "<h1>Order confirmation</h1><p>Order 99-C from Vaserie</p><p>March 4, 2026</p>"
    + table(("Vase", "$60.00"), ("Lamp", "$20.00"), ("Total", "$80.00")),
    head='<script type="application/ld+json">{"@context":"http://schema.org","@type":"Order","merchant":{"name":"Vaserie"},"orderNumber":"99-C","priceCurrency":"USD","price":"60.00"}</script>',
    vendor_name="Vaserie",
    total_amount="80.00",
    currency="USD",
    invoice_date="2026-03-04",
    invoice_number="99-C",
)
typed(
    "insure.pdf",
    """
Trygghetsbolaget Försäkring AB                          Försäkringsavi
Org.nr 516401-8292                                      Avinummer 55123456
                                                        Datum 2026-03-02
Alice Exempel
                                                        Försäkringsnummer 1234567-8
Hemförsäkring period 2026-04-01 - 2027-03-31
Årspremie                                               2 388 kr
Delbetalning 1 av 12                                      199 kr
Att betala senast 2026-03-31                              199 kr
OCR 5512345676   Bankgiro 5050-1055
""",
    vendor_name="Trygghetsbolaget Försäkring AB",
    total_amount="199",
    currency="SEK",
    invoice_date="2026-03-02",
    due_date="2026-03-31",
    invoice_number="55123456",
)
typed(
    "br.pdf",
    """
NUVEM SERVIÇOS DIGITAIS LTDA                    NOTA FISCAL DE SERVIÇO ELETRÔNICA
CNPJ 12.345.678/0001-90                         Número da Nota: 00012345
                                                Data de Emissão: 04/03/2026
Tomador: Empresa Exemplo SA
Discriminação dos serviços: Hospedagem mensal
VALOR TOTAL DA NOTA                             R$ 1.250,00
Valor líquido                                   R$ 1.187,50
ISS (5%)                                        R$ 62,50
""",
    vendor_name="Nuvem Serviços Digitais LTDA",
    total_amount="1250.00",
    currency="BRL",
    invoice_date="2026-03-04",
    invoice_number="00012345",
)
typed(
    "rent_fr.pdf",
    """
Régie du Lac SA                                 AVIS D'ÉCHÉANCE
3 quai des Brumes, 74000 Annecy                 N° 2026-04-0098
                                                Date : 15/03/2026
Locataire : Alice Exemple                       Date d'échéance : 05/04/2026
Période du 01/04/2026 au 30/04/2026

Loyer principal                                   720,00
Provision pour charges                            110,00
Garage                                             60,00
Régularisation                                    -18,40
Total à payer                                     871,60 €
""",
    vendor_name="Régie du Lac SA",
    total_amount="871.60",
    currency="EUR",
    invoice_date="2026-03-15",
    due_date="2026-04-05",
    invoice_number="2026-04-0098",
    items=["720.00", "110.00", "60.00", "-18.40"],
)
page(
    "paid_page.html",
    "<p>Receipt from Notely Inc.</p><h1>$96.00</h1><p>Paid March 5, 2026</p>"
    + divs(("Receipt number", "2244-8811"), ("Invoice number", "1A2B3C4D-0003"), ("Payment method", "Visa - 1234"))
    + "<p>Receipt #2244-8811</p><p>Mar 5, 2026 – Mar 5, 2027</p>"
    + nest(("Notely Plus Plan<br>Qty 1", "$96.00"), ("Total", "$96.00"), ("Amount paid", "$96.00"))
    + "<p>Questions? Visit our support site or contact us at team@notely.so.</p>",
    vendor_name="Notely Inc.",
    total_amount="96.00",
    currency="USD",
    invoice_date="2026-03-05",
    invoice_number="1A2B3C4D-0003",
)
page(
    "dk_web.html",
    "<h2>Ordrebekræftelse #DK-20441</h2><p>Tak for din ordre hos Hyggehjem ApS</p><p>Ordredato: 5. marts 2026</p>"
    + table(("Vare", "Antal", "Pris"), ("Uldplaid", "1", "399,00 kr."), ("Stearinlys", "4", "116,00 kr."))
    + nest(
        ("Subtotal", "515,00 kr."),
        ("Fragt", "39,00 kr."),
        ("I alt inkl. moms", "554,00 kr."),
        ("Heraf moms", "110,80 kr."),
    ),
    vendor_name="Hyggehjem ApS",
    total_amount="554.00",
    currency="DKK",
    invoice_date="2026-03-05",
    invoice_number="DK-20441",
    items=["399.00", "116.00"],
)
mail(
    "donate.eml",
    "Helping Hands <receipts@helpinghands.org>",
    "Your donation receipt",
    "<p>Dear Alice,</p><p>Thank you for your generous gift of $75.00 on March 5, 2026.</p><p>Receipt number: HH-99812</p><p>No goods or services were provided in exchange. Helping Hands is a 501(c)(3), EIN 12-3456789.</p>",
    date="Thu, 05 Mar 2026 08:00:00 -0800",
    vendor_name="Helping Hands",
    total_amount="75.00",
    currency="USD",
    invoice_date="2026-03-05",
    invoice_number="HH-99812",
)
mail(
    "domain.eml",
    "NameBarn Support <support@namebarn.com>",
    "NameBarn Order Summary (Order# 99887766)",
    "<p>Hello Alice,</p><p>Thank you for your order from NameBarn.com.</p>"
    + table(("Order Date", "Transaction ID", "User Name"), ("3/5/2026 3:11:23 AM", "112233445", "alice99"))
    + table(
        ("Title", "Qty", "Duration", "Price", "Sub Total"),
        ("example-site.com Domain Registration", "1", "1 year", "$9.98", "$9.98"),
        ("ICANN fee", "1", "", "$0.18", "$0.18"),
    )
    + nest(
        ("Sub Total", "$10.16"),
        ("TOTAL", "$10.16"),
        ("Payment Source", "Secure Card Payment"),
        ("Final Cost", "$10.16"),
    ),
    date="Thu, 05 Mar 2026 08:11:00 +0000",
    vendor_name="NameBarn",
    vendor_alt=["NameBarn Support", "NameBarn.com"],
    total_amount="10.16",
    currency="USD",
    invoice_date="2026-03-05",
    invoice_number="99887766",
    items=["9.98", "0.18"],
)
mail(
    "gym.eml",
    "FitForm <billing@fitform.de>",
    "Ihre Rechnung FF-2026-0311",
    "<p>Sehr geehrte Frau Beispiel,</p><p>anbei Ihre Rechnung FF-2026-0311 vom 05.03.2026 über 29,90 EUR. Der Betrag wird am 12.03.2026 per SEPA-Lastschrift eingezogen.</p><p>Mit freundlichen Grüßen<br>FitForm GmbH</p>",
    date="Thu, 05 Mar 2026 08:11:00 +0100",
    vendor_name="FitForm",
    vendor_alt=["FitForm GmbH"],
    total_amount="29.90",
    currency="EUR",
    invoice_date="2026-03-05",
    due_date="2026-03-12",
    invoice_number="FF-2026-0311",
)
mail(
    "sv_prosa.eml",
    "Spårvägen <kvitto@sparvagen.se>",
    "Kvitto",
    "<p>Tack för ditt köp!</p><p>Du har köpt 1 st 30-dagarsbiljett för 970 kr den 5 mars 2026. Varav moms 54,91 kr (6 %).</p><p>Köp-id: 8812-3344-AB</p>",
    date="Thu, 05 Mar 2026 08:11:00 +0100",
    vendor_name="Spårvägen",
    total_amount="970",
    currency="SEK",
    invoice_date="2026-03-05",
)
mail(
    "fr_mail.eml",
    "Librairie Lumière <contact@librairie-lumiere.fr>",
    "Confirmation de votre commande n°2026-5512",
    "<p>Bonjour Alice,</p><p>Nous avons bien reçu votre commande n°2026-5512 du 5 mars 2026.</p>"
    + table(("Article", "Qté", "Prix"), ("Le Petit Prince", "1", "7,90 €"), ("Atlas", "1", "24,00 €"))
    + nest(
        ("Sous-total", "31,90 €"), ("Frais de port", "3,01 €"), ("Total TTC", "34,91 €"), ("dont TVA 5,5 %", "1,82 €")
    ),
    date="Thu, 05 Mar 2026 08:11:00 +0100",
    vendor_name="Librairie Lumière",
    total_amount="34.91",
    currency="EUR",
    invoice_date="2026-03-05",
    invoice_number="2026-5512",
    items=["7.90", "24.00"],
)
mail(
    "receipt_and_invoice.eml",
    "AiLab, LLC <invoice+statements@ailab.com>",
    "Your receipt from AiLab, LLC #2334-5567",
    "<p>AiLab, LLC</p><p>Receipt from AiLab, LLC $24.00 Paid March 5, 2026</p><p>Receipt number 2334-5567</p><p>Invoice number 9F8E7D6C-0011</p><p>Payment method Visa - 1234</p><p>Receipt #2334-5567</p><p>Mar 5 – Apr 5, 2026</p>"
    + nest(
        ("ChatBot Plus Subscription<br>Qty 1", "$20.00"),
        ("Subtotal", "$20.00"),
        ("VAT - Sweden (20%)", "$4.00"),
        ("Total", "$24.00"),
        ("Amount paid", "$24.00"),
    ),
    date="Thu, 05 Mar 2026 18:11:00 +0000",
    vendor_name="AiLab, LLC",
    total_amount="24.00",
    currency="USD",
    invoice_date="2026-03-05",
    invoice_number="9F8E7D6C-0011",
)
mail(
    "voucher_de.eml",
    "Großmarkt24.de <bestellbestaetigung@grossmarkt24.de>",
    "Bestellbestätigung: Ihre Bestellung 303-1122334-5566778",
    "<p>Guten Tag Alice,</p><p>Bestellnr. 303-1122334-5566778 aufgegeben am 5. März 2026</p>"
    + nest(
        ("Zwischensumme:", "EUR 42,98"),
        ("Verpackung und Versand:", "EUR 3,99"),
        ("Summe:", "EUR 46,97"),
        ("Gutschein eingelöst:", "-EUR 10,00"),
        ("Gesamtbetrag:", "EUR 36,97"),
    )
    + "<p>Kunden, die dies kauften: Lampe EUR 129,00</p>",
    date="Thu, 05 Mar 2026 18:46:00 +0100",
    vendor_name="Großmarkt24.de",
    total_amount="36.97",
    currency="EUR",
    invoice_date="2026-03-05",
    invoice_number="303-1122334-5566778",
)
mail(
    "pl_bilet.eml",
    "Koleje Bilety <bilety@kolejebilety.pl>",
    "Potwierdzenie zakupu biletu nr 44556677",
    "<p>Numer biletu: 44556677</p><p>Data zakupu: 05.03.2026</p>"
    + nest(
        ("Warszawa Centralna - Kraków Główny", "14.03.2026 08:35"),
        ("Cena biletu", "79,00 zł"),
        ("Opłata rezerwacyjna", "0,00 zł"),
        ("Do zapłaty", "79,00 zł"),
        ("w tym VAT 8%", "5,85 zł"),
    ),
    date="Thu, 05 Mar 2026 18:46:00 +0100",
    vendor_name="Koleje Bilety",
    total_amount="79.00",
    currency="PLN",
    invoice_date="2026-03-05",
    invoice_number="44556677",
)
typed(
    "za.pdf",
    """
Karoo Internet (Pty) Ltd                           TAX INVOICE
Reg No 2012/123456/07                              Invoice No: KI-88231
VAT No 4123456789                                  Date: 2026/03/05
12 Long Street, Cape Town                          Due Date: 2026/03/31
Customer: A Example
Description                    Qty    Price       Amount
Fibre 100/50 March 2026          1    694.78      694.78
                        Subtotal                R 694.78
                        VAT 15%                 R 104.22
                        Total                   R 799.00
""",
    vendor_name="Karoo Internet (Pty) Ltd",
    vendor_alt=["Karoo Internet"],
    total_amount="799.00",
    currency="ZAR",
    invoice_date="2026-03-05",
    due_date="2026-03-31",
    invoice_number="KI-88231",
    items=["694.78"],
)
typed(
    "mx.pdf",
    """
COMERCIALIZADORA DEL NORTE SA DE CV                 FACTURA
RFC: CNO010203AB1                                   Folio: A 10234
Monterrey, N.L., México                             Fecha: 05/03/2026
Cliente: Alicia Ejemplo
Cantidad   Descripción             P. Unitario      Importe
   2       Cable HDMI                  120.00        240.00
   1       Regleta                     199.00        199.00
                          Subtotal                   439.00
                          IVA 16%                     70.24
                          Total MXN                  509.24
""",
    vendor_name="Comercializadora del Norte SA de CV",
    vendor_alt=["Comercializadora del Norte"],
    total_amount="509.24",
    currency="MXN",
    invoice_date="2026-03-05",
    invoice_number="A 10234",
    items=["240.00", "199.00"],
)
page(
    "div_inv.html",
    '<div class="inv"><div><b>Pebble &amp; Pine Studio</b></div><div>hello@pebblepine.studio</div><div>INVOICE</div><div><span>Invoice #</span><span>PP-104</span></div><div><span>Issued</span><span>Mar 5, 2026</span></div><div><span>Due</span><span>Mar 19, 2026</span></div><div><span>To</span><span>Acorn Ltd</span></div><div><div>Brand guide</div><div>£900.00</div></div><div><div>Icons</div><div>£250.00</div></div><div><div>Total</div><div>£1,150.00</div></div></div>',
    vendor_name="Pebble & Pine Studio",
    total_amount="1150.00",
    currency="GBP",
    invoice_date="2026-03-05",
    due_date="2026-03-19",
    invoice_number="PP-104",
)
mail(
    "neg_failed.eml",
    "Streamia <a@streamia.com>",
    "Payment failed",
    "<p>We couldn't process your payment of $15.49. Please update your payment method.</p>",
)
mail(
    "neg_loan.eml",
    "Lender <a@lender.com>",
    "Pre-approved for $5,000",
    "<p>Borrow up to $5,000.00 with monthly payments from $104.00. Total cost $6,240.00.</p>",
)
mail(
    "neg_trial.eml",
    "App <a@app.com>",
    "Your trial ends soon",
    "<p>Your free trial ends March 12, 2026. After that you'll be charged $9.99 per month.</p>",
)
mail(
    "neg_sv_news.eml",
    "Butiken <a@butiken.se>",
    "Veckans erbjudanden",
    "<p>Kaffe 49,90 kr. Ost 89,00 kr. Totalt över 100 erbjudanden!</p>",
)
mail(
    "neg_de_versand.eml",
    "Laden <a@laden.de>",
    "Ihre Sendung ist unterwegs",
    "<p>Ihre Bestellung 5512 wurde versandt. Warenwert 45,00 €.</p>",
)
mail(
    "neg_survey.eml",
    "Shop <a@shop.com>",
    "How was your order?",
    "<p>Tell us about order 1122. Get $10.00 off your next purchase.</p>",
)
mail(
    "neg_budget.eml",
    "Moneyapp <a@moneyapp.com>",
    "Your weekly spending report",
    "<p>You spent $412.55 this week.</p><table><tr><td>Groceries</td><td>$120.00</td></tr><tr><td>Total</td><td>$412.55</td></tr></table>",
)
typed(
    "rent_columns.pdf",
    """
Fastighets AB Granen                                        Hyresavi
Kvarngatan 7, 602 24 Norrköping
                                                            Avser: maj 2026
Alice Exempel                                               Förfallodag: 2026-04-30
Granvägen 12 lgh 1203                                       OCR: 4455667785

Objektnr   Specifikation                        Netto       Moms       Att betala
1203       Hyra lägenhet                      6 412,00       0,00        6 412,00
1203       Hyresrabatt                         -200,00       0,00         -200,00
P17        Hyra garageplats                     480,00     120,00          600,00
           Summa                              6 692,00     120,00        6 812,00
Bankgiro 5050-1055
""",
    size=8,
    vendor_name="Fastighets AB Granen",
    total_amount="6812.00",
    currency="SEK",
    due_date="2026-04-30",
    items=["6412.00", "-200.00", "600.00"],
)
typed(
    "rent_demand.pdf",
    """
Harbour Lettings Ltd                         Rent demand
2 Quay St, Plymouth PL1 1AA                  Date: 20 March 2026
Tenant: A Example                            Rent period: 1 April 2026 - 30 April 2026
Property: Flat 3, 14 Hoe Rd                  Payment due: 1 April 2026

Rent                                          £925.00
Garage                                         £60.00
Late payment fee (March)                       £25.00
Total now due                               £1,010.00
""",
    vendor_name="Harbour Lettings Ltd",
    total_amount="1010.00",
    currency="GBP",
    invoice_date="2026-03-20",
    due_date="2026-04-01",
    items=["925.00", "60.00", "25.00"],
)
typed(
    "two_digit_years.pdf",
    """
FAKTURA
Fakturanr          OCR-nr             Fakturadatum       Förfallodatum      Sida
118822             1188220017         26-03-05           26-04-04           1/1

Leverantör                                    Kund
Skogsmaskiner Norr AB                         Alice Exempel
Industrivägen 4, 931 36 Skellefteå            Storgatan 1, 111 22 Stockholm

Pos  Artikel                          Antal   Pris/st      Rab%     Summa
1    Kedjeolja 5L                         2    189,00                 378,00
2    Sågkedja 3/8                         1    249,00       10        224,10

Exkl.moms        Moms %       Moms kr      Öresutj.      Att betala
602,10           25           150,53       0,37          753,00
""",
    size=8,
    vendor_name="Skogsmaskiner Norr AB",
    total_amount="753.00",
    currency="SEK",
    invoice_date="2026-03-05",
    due_date="2026-04-04",
    invoice_number="118822",
    items=["378.00", "224.10"],
)
typed(
    "term_tells_order.pdf",
    """
Ateliers Verdier                                             Invoice FA2606-0012
                                                             Invoice date : 03/06/2026
                                                             Date due : 03/07/2026
From:                                    To:
Ateliers Verdier                         Example SARL
5 rue des Arts                           9 avenue Foch

Amounts displayed in Euros
Description                       Sales tax     U.P. (net)     Qty      Total (net)
Wood panel                             20%          35.00        6           210.00
Varnish                                20%          12.50        2            25.00

                                        Total (net)               235.00
                                        Total tax 20%              47.00
                                        Total (inc. tax)          282.00
                                        Remaining unpaid          282.00
""",
    size=8,
    vendor_name="Ateliers Verdier",
    total_amount="282.00",
    currency="EUR",
    invoice_date="2026-06-03",
    due_date="2026-07-03",
    invoice_number="FA2606-0012",
    items=["210.00", "25.00"],
)
typed(
    "club.pdf",
    """
Turnverein Waldheim 1898 e.V.
Beitragsrechnung 2026                              Mitgliedsnummer 4411
                                                   Datum 05.03.2026
Frau Alice Beispiel                                Rechnungs-Nr. B-2026-4411

Jahresbeitrag Erwachsene                                   96,00 €
Abteilungsbeitrag Tennis                                   60,00 €
Gesamt                                                    156,00 €
Der Betrag wird am 01.04.2026 per SEPA-Lastschrift eingezogen.
""",
    vendor_name="Turnverein Waldheim 1898 e.V.",
    total_amount="156.00",
    currency="EUR",
    invoice_date="2026-03-05",
    due_date="2026-04-01",
    invoice_number="B-2026-4411",
)
typed(
    "deposit_below.pdf",
    """
INVOICE                                            Ridgeline Electric
INVOICE NO: 2026-0311                              410 Cedar Way
DATE: March 5, 2026                                Boise, ID 83702
TO: Alice Example, 9 Elm St, Boise

QTY    DESCRIPTION                       UNIT PRICE    LINE TOTAL
6      Labor hours                           95.00         570.00
1      200A panel                           412.75         412.75
1      Permit                                88.00          88.00
                               SUBTOTAL                   1,070.75
                               SALES TAX 6% (parts)          24.77
                               TOTAL                      1,095.52
                               DEPOSIT                     -500.00
                               AMOUNT DUE                   595.52
""",
    vendor_name="Ridgeline Electric",
    total_amount="1095.52",
    currency="USD",
    invoice_date="2026-03-05",
    invoice_number="2026-0311",
    items=["570.00", "412.75", "88.00"],
)
mail(
    "through_a_service.eml",
    "no-reply@notify.paylane-mail.com",
    "Your receipt from Marigold Florist",
    "<h1>Receipt</h1>" + nest(("Date paid", "Mar 5, 2026"), ("Spring bouquet", "$58.00"), ("Total", "$58.00")),
    vendor_name="Marigold Florist",
    total_amount="58.00",
    currency="USD",
    invoice_date="2026-03-05",
)
mail(
    "neg_cancelled.eml",
    "Shop <a@shop.example>",
    "Your order has been cancelled",
    "<p>Order 7712 was cancelled.</p>" + table(("Lamp", "$40.00"), ("Total", "$40.00")),
)
mail(
    "neg_asking.eml",
    "Charity <a@charity.example>",
    "Can you give $25 today?",
    "<p>Your gift of $25 feeds ten families. Donate $25.00, $50.00 or $100.00.</p>",
)
typed(
    "mixed_case.pdf",
    """
Vine & Cask                        Order confirmation and VAT receipt
Order VC20418 placed 05/03/2026    VAT no. GB 123 4567 89

Qty  Product                          Each     Total
6    Rioja Reserva 2019             £12.99    £77.94
3    Prosecco Brut                   £9.50    £28.50
                       Mixed case saving     -£10.64
                       Delivery                £4.99
                       Order total (inc VAT) £100.79
                       VAT included           £16.80
""",
    vendor_name="Vine & Cask",
    total_amount="100.79",
    currency="GBP",
    invoice_date="2026-03-05",
    invoice_number="VC20418",
    items=["77.94", "28.50"],
)
mail(
    "neg_fare_watch.eml",
    "Travel <a@travel.example>",
    "Flight price for Rome: €129",
    "<p>Price now €129.00. Typical price €160.</p>",
)
mail(
    "neg_bonus.eml",
    "Store <a@store.example>",
    "Din bonuscheck på 50 kr",
    "<p>Bonuscheck 50,00 kr. Totalt intjänat 512,00 kr.</p>",
)
typed(
    "addressee.pdf",
    """
Trävaror Väst                                    Faktura
                                                 Fakturanr      44120
Lundins Snickeri HB                              Fakturadatum   2026-07-31
Verkstadsgatan 2                                 Förf.dag       2026-08-30
451 40 Uddevalla

Regel 45x95                                         1 470,00
Skruv                                                 516,00

Netto                                               1 986,00
Moms 25%                                              496,50
Att betala                                          2 482,50

Trävaror Väst AB, Bankgiro 5050-1055
""",
    vendor_name="Trävaror Väst",
    total_amount="2482.50",
    currency="SEK",
    invoice_date="2026-07-31",
    due_date="2026-08-30",
    invoice_number="44120",
    items=["1470.00", "516.00"],
)
