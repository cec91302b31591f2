"""Invented papers in layouts the reader was not made for, each for something that was once read wrong or asked about."""

from __future__ import annotations

from tests.unit.parsing.papers import PAPERS, table
from tests.unit.parsing.papers import eml as mail
from tests.unit.parsing.typed_papers import page, typed

_BEFORE = len(PAPERS)

typed(
    "hotel_de.pdf",
    """
Hotel Seeblick GmbH · Uferweg 1 · 78462 Konstanz

Herrn                                          Rechnung
Max Beispiel                                   Nr.        2026/0772
Lindenweg 3                                    Datum      17.05.2026
50667 Köln                                     Anreise    15.05.2026
                                               Abreise    17.05.2026

Datum        Leistung              Anzahl   Einzelpreis     Gesamt EUR
15.05.2026   Übernachtung EZ            2        98,00        196,00
16.05.2026   Frühstück                  2        16,00         32,00
17.05.2026   Kurtaxe                    2         3,20          6,40

Rechnungsbetrag                                               234,40
Bezahlt mit EC-Karte                                         -234,40
Offener Betrag                                                  0,00

MwSt-Satz        Netto        MwSt       Brutto
7,00 %          183,18       12,82       196,00
19,00 %          26,89        5,11        32,00
0,00 %            6,40        0,00         6,40
""",
    vendor_name="Hotel Seeblick GmbH",
    total_amount="234.40",
    currency="EUR",
    invoice_date="2026-05-17",
    invoice_number="2026/0772",
    items=["196.00", "32.00", "6.40"],
)
typed(
    "au.pdf",
    """
Screenfix Bondi Pty Ltd                      TAX INVOICE
ABN 12 345 678 901

Invoice No: SFB-2291       Date: 17/05/2026

Description                         Amount (inc GST)
Screen replacement                         $229.00
Tempered glass                              $25.00

TOTAL                                      $254.00
GST included                                $23.09
EFTPOS                                     $254.00
Change                                       $0.00
""",
    vendor_name="Screenfix Bondi Pty Ltd",
    total_amount="254.00",
    currency="AUD",
    invoice_date="2026-05-17",
    invoice_number="SFB-2291",
    items=["229.00", "25.00"],
)
typed(
    "garage_nl.pdf",
    """
Garage Van Dam                               FACTUUR
Dorpsstraat 8, 8011 Zwolle                   Factuurnr.: 26-0441
                                             Datum: 12-05-2026
                                             Vervaldatum: 26-05-2026

Omschrijving                  Aantal     Prijs      BTW     Totaal
Grote beurt                        1    289,00      21%     289,00
Remvloeistof                       1     35,00      21%      35,00
Klein materiaal                    1     12,50      21%      12,50

        BTW %      Grondslag        BTW bedrag
        21 %          336,50             70,67

Totaal exclusief BTW         €  336,50
BTW                          €   70,67
Totaal inclusief BTW         €  407,17
""",
    vendor_name="Garage Van Dam",
    total_amount="407.17",
    currency="EUR",
    invoice_date="2026-05-12",
    due_date="2026-05-26",
    invoice_number="26-0441",
    items=["289.00", "35.00", "12.50"],
)
mail(
    "tog_dk.eml",
    "Øresund Tog <billet@oresundtog.example>",
    "Din billet til København H",
    """<p>Kære Mette</p><p>Tak for dit køb. Du finder din billet nedenfor.</p><p>Ordrenummer: K88-201-774</p><p>Afrejse: 21. maj 2026 kl. 07:14 Odense → København H</p>"""
    + table(
        ("1 Voksen, Orange", "149,00 kr."),
        ("Pladsbillet", "30,00 kr."),
        ("Gebyr", "0,00 kr."),
        ("Pris i alt", "179,00 kr."),
        ("Heraf moms", "0,00 kr."),
    )
    + "<p>Betalt med Dankort</p>",
    date="Mon, 11 May 2026 21:04:00 +0200",
    vendor_name="Øresund Tog",
    total_amount="179.00",
    currency="DKK",
    invoice_date="2026-05-11",
    invoice_number="K88-201-774",
)
typed(
    "credit_nl.pdf",
    """
Boekerij De Wilg B.V.
Lange Nieuwstraat 44, 3512 PH Utrecht
KvK 30211223   BTW NL811223344B01

CREDITNOTA

Creditnotanummer:  C2026-0118           Datum: 18-05-2026
Betreft factuur:   F2026-2290 d.d. 02-05-2026

Omschrijving                         Aantal      Prijs       Bedrag
Kookboek (retour)                       -1       34,50       -34,50

                            Subtotaal excl. btw              -31,65
                            Btw 9%                            -2,85
                            Totaal incl. btw              € -34,50

Het bedrag wordt binnen 5 werkdagen teruggestort op NL91ABNA0417164300.
""",
    vendor_name="Boekerij De Wilg B.V.",
    total_amount="-34.50",
    currency="EUR",
    invoice_date="2026-05-18",
    invoice_number="C2026-0118",
    items=["-34.50"],
)
typed(
    "super_es.pdf",
    """
     SUPERMERCADOS EL OLIVAR S.A.
     C/ MAYOR 14  28013 MADRID
     NIF A-12345678
     FACTURA SIMPLIFICADA: 2204-014-338812
     16/05/2026 13:22   OP: 4412

  Descripción           P. Unit   Importe
1 LECHE ENTERA 6L                    5,58
2 PAN MOLDE              1,35        2,70
1 ACEITE OLIVA 1L                    8,95
1 TOMATE RAMA
  0,812 kg  2,19 €/kg                1,78
          TOTAL (€)                 19,01
          TARJETA BANCARIA          19,01
IVA     BASE IMPONIBLE (€)   CUOTA (€)
4%          9,67               0,39
10%         8,14               0,81
TOTAL      17,81               1,20
""",
    vendor_name="Supermercados El Olivar S.A.",
    total_amount="19.01",
    currency="EUR",
    invoice_date="2026-05-16",
    invoice_number="2204-014-338812",
    items=["5.58", "2.70", "8.95", "1.78"],
)
mail(
    "gym.eml",
    "PulseHouse Gym <billing@pulsehouse.example>",
    "Payment receipt",
    """Hello Robin,

We have received your payment.

Amount: 399 kr
Date: 28 May 2026
Membership: Gold 12 months
Reference: PH-22871

PulseHouse AB
""",
    ctype="text/plain",
    date="Thu, 28 May 2026 04:00:00 +0200",
    vendor_name="PulseHouse Gym",
    total_amount="399",
    currency="SEK",
    invoice_date="2026-05-28",
    invoice_number="PH-22871",
)
typed(
    "fuel.pdf",
    """
      MOTORVIA HALMSTAD
      E6 Nord, 302 40 Halmstad
      Org.nr 556700-1122
      2026-05-20 07:44    Kvitto 118823

      Pump 4  Bensin 95
      38,42 l x 18,49 kr/l
      Totalt               710,39 SEK
      Moms 25%             142,08
      Netto                568,31
      Kort ************4412
      Köp                  710,39
""",
    vendor_name="Motorvia Halmstad",
    total_amount="710.39",
    currency="SEK",
    invoice_date="2026-05-20",
    invoice_number="118823",
)
mail(
    "mail_de.eml",
    "Wolkenraum <rechnung@wolkenraum.example>",
    "Ihre Rechnung WR-10291 vom 01.05.2026",
    """<p>Guten Tag Frau Beispiel,</p><p>anbei Ihre Rechnung über <b>17,85 EUR</b>. Der Betrag wird am 08.05.2026 von Ihrem Konto abgebucht.</p>"""
    + table(
        ("Server S (April 2026)", "12,00 EUR"),
        ("Snapshot", "3,00 EUR"),
        ("Netto", "15,00 EUR"),
        ("USt. 19 %", "2,85 EUR"),
    ),
    date="Fri, 1 May 2026 06:00:00 +0200",
    vendor_name="Wolkenraum",
    total_amount="17.85",
    currency="EUR",
    invoice_date="2026-05-01",
    due_date="2026-05-08",
    invoice_number="WR-10291",
)
page(
    "is.html",
    """<h1>Reikningur</h1><p>Bókabúð Vesturbæjar ehf.</p><p>Dagsetning: 14.05.2026</p><p>Reikningsnúmer: 7781</p>"""
    + table(
        ("Lýsing", "Magn", "Verð", "Upphæð"),
        ("Ljóðabók", "1", "3.490 kr.", "3.490 kr."),
        ("Dagatal", "2", "1.250 kr.", "2.500 kr."),
    )
    + table(("Samtals án vsk", "5.397 kr."), ("Vsk 11%", "593 kr."), ("Samtals", "5.990 kr.")),
    vendor_name="Bókabúð Vesturbæjar ehf.",
    total_amount="5990",
    currency="ISK",
    invoice_date="2026-05-14",
    invoice_number="7781",
)
page(
    "et.html",
    """<h1>Arve nr 20261188</h1><p>OÜ Rabarber, Tartu</p><p>Kuupäev: 12.05.2026<br>Maksetähtaeg: 26.05.2026</p>"""
    + table(
        ("Kirjeldus", "Kogus", "Hind", "Summa"),
        ("Veebimajutus", "12", "5,00", "60,00"),
        ("Domeen .ee", "1", "8,00", "8,00"),
    )
    + table(("Summa km-ta", "68,00 EUR"), ("Käibemaks 24%", "16,32 EUR"), ("Tasuda", "84,32 EUR")),
    vendor_name="OÜ Rabarber",
    total_amount="84.32",
    currency="EUR",
    invoice_date="2026-05-12",
    due_date="2026-05-26",
    invoice_number="20261188",
)
typed(
    "rest_de.pdf",
    """
          Gasthaus Zur Linde
          Inh. K. Beispiel
          Marktplatz 3, 79098 Freiburg
          St.-Nr. 06/123/45678

  Rechnung Nr. 4471        Tisch 12
  14.05.2026 20:41

  2 x Spargel m. Schinken    19,80    39,60 A
  1 x Riesling 0,2            6,50     6,50 B
  2 x Apfelschorle 0,4        4,20     8,40 B
  ---------------------------------------
  Summe EUR                           54,50
  Netto A 7%   37,01   MwSt  2,59
  Netto B 19%  12,52   MwSt  2,38
  Trinkgeld                            5,50
  Kartenzahlung EUR                   60,00

  Vielen Dank für Ihren Besuch!
""",
    vendor_name="Gasthaus Zur Linde",
    total_amount="60.00",
    currency="EUR",
    invoice_date="2026-05-14",
    invoice_number="4471",
)
page(
    "cz.html",
    """<h1>Faktura – daňový doklad č. 260511882</h1><p>Dodavatel: Hostík s.r.o., Brno</p><p>Datum vystavení: 11. 5. 2026<br>Datum splatnosti: 25. 5. 2026</p>"""
    + table(
        ("Webhosting NoLimit 1 rok", "1 188,00 Kč"),
        ("Doména .cz", "179,00 Kč"),
        ("Základ daně", "1 367,00 Kč"),
        ("DPH 21 %", "287,07 Kč"),
        ("Celkem k úhradě", "1 654,07 Kč"),
        ("Uhrazeno kartou", "1 654,07 Kč"),
    ),
    vendor_name="Hostík s.r.o.",
    total_amount="1654.07",
    currency="CZK",
    invoice_date="2026-05-11",
    due_date="2026-05-25",
    invoice_number="260511882",
)
typed(
    "tel_pl.pdf",
    """
Zielona Siec S.A.                          Faktura VAT nr F/20418812/05/26
ul. Prosta 5, 00-838 Warszawa              data wystawienia: 04.05.2026
NIP 5250001122                             data sprzedazy: 30.04.2026

Nabywca: Jan Kowalski, ul. Dluga 3, 80-001 Gdansk

Poprzednie saldo                                          0,00 PLN
Biezace oplaty                                           89,99 PLN

Nazwa uslugi                     netto     VAT %     kwota VAT     brutto
Abonament Światlowod             56,90       23         13,09       69,99
Telewizja Start                  16,26       23          3,74       20,00
Razem                            73,16                  16,83       89,99

Kwota do zaplaty: 89,99 PLN
Termin platnosci: 18.05.2026
Nr konta: PL61 1090 1014 0000 0712 1981 2874
""",
    vendor_name="Zielona Siec S.A.",
    total_amount="89.99",
    currency="PLN",
    invoice_date="2026-05-04",
    due_date="2026-05-18",
    invoice_number="F/20418812/05/26",
)
typed(
    "kvitto_sv.pdf",
    """
        Bageriet på Hörnet
        Storgatan 2, 903 26 Umeå
        Tel 090-12 34 56
        Org.nr: 556012-9988

KVITTO
Kassa 1  Kvittonr: 40218     2026-06-02 08:14

1  Kaffe latte                    42,00
2  Kanelbulle      29,00          58,00
1  Surdegsbröd                    65,00

Att betala                       165,00
Bankkort                         165,00

Moms%      Moms      Netto     Brutto
12,00     17,68     147,32     165,00
""",
    vendor_name="Bageriet på Hörnet",
    total_amount="165.00",
    currency="SEK",
    invoice_date="2026-06-02",
    invoice_number="40218",
    items=["42.00", "58.00", "65.00"],
)
typed(
    "box_de.pdf",
    """
Datenhafen GmbH                                        Kundennr. 110482
Speicherstr. 9                                         Rechnungsnr. DH-260601-77
20457 Hamburg                                          Rechnungsdatum 01.06.2026
                                                       Leistungszeitraum Mai 2026
Rechnung

Zahlbetrag: 23,68 EUR     Einzug am: 09.06.2026

Artikel                                 Menge    Einzel      Summe
Object Storage 500 GB                       1     12,90      12,90
Backup-Paket                                2      3,50       7,00
                                            Nettosumme       19,90
                                            MwSt 19 %         3,78
                                            Bruttosumme      23,68
""",
    vendor_name="Datenhafen GmbH",
    total_amount="23.68",
    currency="EUR",
    invoice_date="2026-06-01",
    due_date="2026-06-09",
    invoice_number="DH-260601-77",
    items=["12.90", "7.00"],
)
typed(
    "exin.pdf",
    """
Nordtryk ApS                                      FAKTURA
Trykkerivej 8, 2650 Hvidovre                      Faktura nr. 20318
CVR 22334455                                      Dato: 05-06-2026
                                                  Betaling senest: 19-06-2026

Vare                     Antal     Pris      Ekskl. moms     Inkl. moms
Visitkort                  250     1,20           300,00         375,00
Plakat A2                   20    35,00           700,00         875,00
Total                                           1.000,00       1.250,00
Alle beløb er i DKK
""",
    vendor_name="Nordtryk ApS",
    total_amount="1250.00",
    currency="DKK",
    invoice_date="2026-06-05",
    due_date="2026-06-19",
    invoice_number="20318",
)
page(
    "points.html",
    """<h2>Kvitto</h2><p>Sportmagasinet AB</p><p>Datum: 2026-06-04 &nbsp; Kvittonr: 120-4471</p>"""
    + table(
        ("Löparskor", "1 299,00"),
        ("Medlemsrabatt", "-130,00"),
        ("Totalt", "1 169,00 SEK"),
        ("varav moms 25%", "233,80"),
        ("Du har sparat", "130,00"),
        ("Poängsaldo", "2 338"),
        ("Nästa bonuscheck", "150,00"),
    ),
    vendor_name="Sportmagasinet AB",
    total_amount="1169.00",
    currency="SEK",
    invoice_date="2026-06-04",
    invoice_number="120-4471",
    items=["1299.00"],
)
page(
    "hotel_ch.html",
    """<h2>Rechnung 4471</h2><p>Berghotel Alpina AG, 7050 Arosa</p><p>Datum 06.06.2026</p>"""
    + table(
        ("Leistung", "Betrag CHF"),
        ("2 Nächte Doppelzimmer", "360.00"),
        ("Halbpension", "120.00"),
        ("Kurtaxe", "14.00"),
        ("Total", "494.00"),
    )
    + table(("MWST 3.8% von 480.00", "17.57")),
    vendor_name="Berghotel Alpina AG",
    total_amount="494.00",
    currency="CHF",
    invoice_date="2026-06-06",
    invoice_number="4471",
    items=["360.00", "120.00", "14.00"],
)
page(
    "si.html",
    """<h1>Račun št. 2026-0118</h1><p>Knjigarna Lipa d.o.o., Ljubljana</p><p>Datum: 04.06.2026</p>"""
    + table(("Opis", "Kol.", "Cena", "Znesek"), ("Roman", "2", "12,00", "24,00"), ("Zvezek", "5", "1,60", "8,00"))
    + table(("Osnova", "30,48 EUR"), ("DDV 5%", "1,52 EUR"), ("Za plačilo", "32,00 EUR")),
    vendor_name="Knjigarna Lipa d.o.o.",
    total_amount="32.00",
    currency="EUR",
    invoice_date="2026-06-04",
    invoice_number="2026-0118",
    items=["24.00", "8.00"],
)
page(
    "lv.html",
    "<p>SIA Gaisma</p><p>Brīvības iela 9, Rīga</p><p>Rēķins Nr. 88120</p><p>Datums 02.06.2026</p><p>Apmaksas termiņš 16.06.2026</p>"
    + table(
        ("Elektroenerģija 210 kWh", "31,50"),
        ("Pieslēguma maksa", "8,50"),
        ("Kopā bez PVN", "40,00"),
        ("PVN 21%", "8,40"),
        ("Kopā apmaksai EUR", "48,40"),
    ),
    vendor_name="SIA Gaisma",
    total_amount="48.40",
    currency="EUR",
    invoice_date="2026-06-02",
    due_date="2026-06-16",
    invoice_number="88120",
)
page(
    "school.html",
    """<h2>Statement of Fees</h2><p>Brookfield School</p><p>Issued 1 June 2026, payable by 30 June 2026</p>"""
    + table(
        ("Tuition summer term", "£4,200.00"),
        ("Lunches", "£310.00"),
        ("Sibling discount (10%)", "-£420.00"),
        ("Total payable", "£4,090.00"),
    )
    + "<p>Invoice ref BS-2206</p>",
    vendor_name="Brookfield School",
    total_amount="4090.00",
    currency="GBP",
    invoice_date="2026-06-01",
    due_date="2026-06-30",
    invoice_number="BS-2206",
)
typed(
    "skonto.pdf",
    """
Farben Krüger KG                                      Rechnung
Malergasse 5, 04109 Leipzig                           Rechnungs-Nr. 260588
USt-IdNr. DE123456789                                 Datum 03.06.2026

Pos  Artikel                    Menge   EP      GP
1    Wandfarbe weiß 10 l            4   38,50   154,00
2    Abdeckfolie                    6    2,95    17,70

Summe netto                                     171,70
USt 19%                                          32,62
Gesamtbetrag                                    204,32

Bei Zahlung bis 13.06.2026 abzüglich 2% Skonto: 200,23
Zahlbar bis 03.07.2026 ohne Abzug.
""",
    vendor_name="Farben Krüger KG",
    total_amount="204.32",
    currency="EUR",
    invoice_date="2026-06-03",
    due_date="2026-07-03",
    invoice_number="260588",
    items=["154.00", "17.70"],
)
mail(
    "air_nl.eml",
    "Polder Air <boeking@polderair.example>",
    "Bevestiging van je boeking PA7K2L",
    """<p>Boekingsnummer PA7K2L</p><p>Heenvlucht zo 14 jun 2026 Amsterdam - Porto</p>"""
    + table(
        ("1 x Ticket", "€ 79,00"),
        ("Vliegbelasting", "€ 29,40"),
        ("Ruimbagage 20 kg", "€ 25,00"),
        ("Boekingskosten", "€ 9,50"),
        ("Totaalprijs", "€ 142,90"),
    )
    + "<p>Betaald met iDEAL op 5 juni 2026.</p>",
    date="Fri, 5 Jun 2026 20:10:00 +0200",
    vendor_name="Polder Air",
    total_amount="142.90",
    currency="EUR",
    invoice_date="2026-06-05",
    invoice_number="PA7K2L",
)
typed(
    "carry.pdf",
    """
Bauhof Stein GmbH                                Rechnung Nr. 7718
Am Werk 1, 99084 Erfurt                          vom 02.06.2026

Bezeichnung              Menge      Preis      Betrag
Pflastersteine             20       12,00      240,00
Splitt                      5       18,00       90,00
Übertrag                                       330,00
\f
Bauhof Stein GmbH                                Rechnung Nr. 7718, Seite 2

Bezeichnung              Menge      Preis      Betrag
Übertrag                                       330,00
Anlieferung                 1       70,00       70,00
Netto                                          400,00
19 % MwSt                                       76,00
Endbetrag                                      476,00
""",
    vendor_name="Bauhof Stein GmbH",
    total_amount="476.00",
    currency="EUR",
    invoice_date="2026-06-02",
    invoice_number="7718",
    items=["240.00", "90.00", "70.00"],
)
mail(
    "shop_sv.eml",
    "Trädgårdslagret <order@tradgardslagret.example>",
    "Orderbekräftelse #30188",
    """<p>Tack för din beställning, Anna!</p><p>Ordernummer: 30188<br>Orderdatum: 2026-06-04</p>"""
    + table(
        ("Artikel", "Antal", "Pris", "Summa"),
        ("Planteringsjord 40 l", "3", "59 kr", "177 kr"),
        ("Spade", "1", "249 kr", "249 kr"),
    )
    + table(
        ("Delsumma", "426 kr"),
        ("Frakt", "79 kr"),
        ("Rabattkod SOMMAR", "-42,60 kr"),
        ("Totalsumma", "462,40 kr"),
        ("Moms (25 %)", "92,48 kr"),
    )
    + "<p>Betalsätt: Faktura 30 dagar</p>",
    date="Thu, 4 Jun 2026 15:00:00 +0200",
    vendor_name="Trädgårdslagret",
    total_amount="462.40",
    currency="SEK",
    invoice_date="2026-06-04",
    invoice_number="30188",
    items=["177", "249"],
)
page(
    "park_pl.html",
    """<h2>Potwierdzenie płatności</h2><p>ParkWroc Sp. z o.o.</p>"""
    + table(
        ("Strefa", "A1"),
        ("Nr rejestracyjny", "DW 12345"),
        ("Początek", "2026-06-03 09:10"),
        ("Koniec", "2026-06-03 11:10"),
        ("Opłata za parkowanie", "9,00 zł"),
        ("Prowizja", "0,50 zł"),
        ("Razem", "9,50 zł"),
    )
    + "<p>Nr transakcji: 7781-22-901</p>",
    vendor_name="ParkWroc Sp. z o.o.",
    total_amount="9.50",
    currency="PLN",
    invoice_date="2026-06-03",
    invoice_number="7781-22-901",
)
page(
    "car.html",
    """<h1>Rental Agreement Receipt</h1><p>Roadmark Rent-A-Car</p><p>RA# 88120034 &nbsp; Closed 06/07/2026</p>"""
    + table(
        ("4 days @ $39.00", "$156.00"),
        ("LDW 4 @ $12.00", "$48.00"),
        ("Concession fee 11.11%", "$22.66"),
        ("Sales tax 8.6%", "$19.49"),
        ("Total charges", "$246.15"),
        ("Deposit authorization", "$300.00"),
        ("Amount charged to Visa 4412", "$246.15"),
        ("Balance due", "$0.00"),
    ),
    vendor_name="Roadmark Rent-A-Car",
    total_amount="246.15",
    currency="USD",
    invoice_date="2026-06-07",
    invoice_number="88120034",
)
mail(
    "pledge.eml",
    "Fundbarn <no-reply@fundbarn.example>",
    "Your pledge has been collected",
    """<p>Hi Alice,</p><p>The project you backed, Tiny Lathe, was funded! Your card has been charged.</p>"""
    + table(
        ("Reward", "$89.00"),
        ("Shipping to Sweden", "$24.00"),
        ("Bonus support", "$7.00"),
        ("Amount charged", "$120.00"),
    )
    + "<p>Charged on June 4, 2026 to Visa ending 4412. Pledge ID 88122019.</p>",
    date="Thu, 4 Jun 2026 17:00:00 -0400",
    vendor_name="Fundbarn",
    total_amount="120.00",
    currency="USD",
    invoice_date="2026-06-04",
    invoice_number="88122019",
)
mail(
    "bike_no.eml",
    "Bysykkel Bergen <hei@bysykkelbergen.example>",
    "Kvittering for kjøp",
    """Hei!

Takk for kjøpet ditt.

Produkt: Sesongpass 2026
Pris: 399,00 NOK
Herav mva (25 %): 79,80 NOK
Kvitteringsnr: 55120
Dato: 05.06.2026

Bysykkel Bergen AS
""",
    ctype="text/plain",
    date="Fri, 5 Jun 2026 08:00:00 +0200",
    vendor_name="Bysykkel Bergen AS",
    total_amount="399.00",
    currency="NOK",
    invoice_date="2026-06-05",
    invoice_number="55120",
)
page(
    "market.html",
    "<h1>Invoice</h1><p>Themeyard Pty Ltd</p><p>PO Box 7, Example St, VIC 3999, Australia</p><p>ABN: 12 345 678 901</p><p>Date: 08 Jun 2026<br>Invoice No: MIVIP00884412</p>"
    + table(
        ("Details", "Price", "Amount"),
        ("Newspaper theme — Regular licence", "$49.00", "$49.00"),
        ("Buyer fee", "$10.00", "$10.00"),
    )
    + table(("Subtotal", "$59.00"), ("GST", "$0.00"), ("Invoice Total:", "USD $59.00")),
    vendor_name="Themeyard Pty Ltd",
    total_amount="59.00",
    currency="USD",
    invoice_date="2026-06-08",
    invoice_number="MIVIP00884412",
    items=["49.00", "10.00"],
)
typed(
    "tand.pdf",
    """
Tandvård City AB                                        Faktura/kvitto
Drottninggatan 4, Göteborg                              Nr 44182
                                                        Datum 2026-06-04
Åtgärd                                             Pris
101 Basundersökning                            1 150,00
Röntgen 2 bilder                                 160,00
Summa                                          1 310,00
Avgår allmänt tandvårdsbidrag                   -300,00
Att betala                                     1 010,00
Betalt kort                                    1 010,00
""",
    vendor_name="Tandvård City AB",
    total_amount="1010.00",
    currency="SEK",
    invoice_date="2026-06-04",
    invoice_number="44182",
)
page(
    "groc.html",
    "<center>GREENLEAF MARKET<br>Store #118<br>06/07/2026 11:02</center>"
    + table(
        ("ORG BANANAS 2.31 lb @ 0.79/lb", "1.82 F"),
        ("WHOLE MILK GAL", "4.49 F"),
        ("PAPER TOWELS", "7.99 T"),
        ("SAVINGS", "-1.00"),
        ("SUBTOTAL", "13.30"),
        ("TAX", "0.66"),
        ("BALANCE DUE", "13.96"),
        ("DEBIT TEND", "13.96"),
        ("CHANGE DUE", "0.00"),
    )
    + "<p>YOU SAVED $1.00 TODAY</p><p>TRANSACTION 004418</p>",
    vendor_name="Greenleaf Market",
    total_amount="13.96",
    currency="USD",
    invoice_date="2026-06-07",
)
page(
    "zero.html",
    "<h1>Receipt</h1><p>Inkwell Apps Ltd</p><p>Receipt no. 2204-118 · 6 June 2026</p>"
    + table(
        ("Inkwell Pro (June)", "£9.00"), ("Referral credit", "-£9.00"), ("Total", "£0.00"), ("Amount paid", "£0.00")
    ),
    vendor_name="Inkwell Apps Ltd",
    total_amount="0.00",
    currency="GBP",
    invoice_date="2026-06-06",
    invoice_number="2204-118",
)
typed(
    "flip.pdf",
    """
Tax Invoice                                         Invoice Number # FAB88A2600112233
Sold By: Tools Bazaar Retail Private Limited,
Ship-from Address: Plot 4, Bhiwandi, MAHARASHTRA, India - 421302
GSTIN - 27AABCT1234A1Z5

Order ID: OD128812004477      Bill To: Alice Example     Ship To: Alice Example
Order Date: 05-06-2026
Invoice Date: 06-06-2026
Total items: 1

Product             Title                   Qty   Gross Amount   Discount   Taxable Value   IGST    Total
Drills              Power drill 500W          1        2999.00    -500.00         2117.80   381.20   2499.00
                    Shipping and Handling     1          40.00     -40.00            0.00     0.00      0.00
Total                                         1        3039.00    -540.00         2117.80   381.20   2499.00

                                                                  Grand Total   Rs. 2499.00
                                                         Tools Bazaar Retail Private Limited
""",
    vendor_name="Tools Bazaar Retail Private Limited",
    total_amount="2499.00",
    currency="INR",
    invoice_date="2026-06-06",
    invoice_number="FAB88A2600112233",
)
typed(
    "bahn.pdf",
    """
Schienenwege Reise AG                                       Online-Ticket
Rechnung Nr. 2026-88120447
ICE Fahrkarte - Flexpreis (Einfache Fahrt)
Klasse: 2   Erw: 1, mit 1 BC50

Zahlungspositionen und Preis       Preis      MwSt D: 7%
Position                                      Netto     MwSt
ICE Fahrkarte                      34,95€     32,66€    2,29€
Reservierung                        4,90€      4,58€    0,32€
Summe                              39,85€     37,24€    2,61€

Betrag         39,85€   VU-Nr: 4556665321
Datum          05.06.2026   Genehmigungs-Nr: 118822
Die Buchung Ihres Online-Tickets erfolgte am 05.06.2026 12:40 Uhr.
Auftragsnummer:   XK2P7T
""",
    vendor_name="Schienenwege Reise AG",
    total_amount="39.85",
    currency="EUR",
    invoice_date="2026-06-05",
    invoice_number="2026-88120447",
)
page(
    "droplet.html",
    "<h2>Final invoice for the May 2026 billing period</h2><p>From: Oceanic Compute LLC, 9 Example Ave, New York, NY 10001</p><p>For: Alice Example</p>"
    + table(("Invoice number:", "511882204"), ("Date of issue:", "June 1, 2026"), ("Payment due on:", "June 1, 2026"))
    + "<h3>Summary</h3>"
    + table(
        ("Total usage charges", "$24.18"), ("Subtotal", "$24.18"), ("VAT (25.00%)", "$6.05"), ("Total due", "$30.23")
    )
    + "<p>If you have a credit card on file, it will be automatically charged within 24 hours</p>",
    vendor_name="Oceanic Compute LLC",
    total_amount="30.23",
    currency="USD",
    invoice_date="2026-06-01",
    due_date="2026-06-01",
    invoice_number="511882204",
)
page(
    "dcc.html",
    "<h2>Kvittering</h2><p>Hotel Fjordblikk AS, Bergen</p><p>Kvitteringsnr. 44-1188, 05.06.2026</p>"
    + table(
        ("Overnatting 1 natt", "1 190,00"),
        ("Frokost", "150,00"),
        ("Sum NOK", "1 340,00"),
        ("Herav mva 12 %", "143,57"),
        ("Betalt i SEK (kurs 0,9712)", "1 379,74"),
    ),
    vendor_name="Hotel Fjordblikk AS",
    total_amount="1340.00",
    currency="NOK",
    invoice_date="2026-06-05",
    invoice_number="44-1188",
)
page(
    "payslip.html",
    "<h1>Payslip June 2026</h1><p>Summit Builders Inc.</p>"
    + table(("Gross pay", "$4,200.00"), ("Federal tax", "$520.00"), ("Net pay", "$3,310.00")),
)


page(
    "amount_first.html",
    "<h1>Payment receipt</h1><p>Solstice Pilates</p><p>€ 96,00 paid on 3 June 2026</p>"
    + table(("10-class pass", "€ 96,00"))
    + "<p>Ref SP-4418. VAT exempt.</p>",
    vendor_name="Solstice Pilates",
    total_amount="96.00",
    currency="EUR",
    invoice_date="2026-06-03",
    invoice_number="SP-4418",
)
page(
    "it_fatt.html",
    "<h1>Fattura 118/A</h1><p>Officina Meccanica Rossi S.n.c. — Modena</p><p>Data 04/06/2026 — Scadenza 04/07/2026</p>"
    + table(
        ("Descrizione", "Q.tà", "Prezzo", "Importo"),
        ("Tagliando", "1", "180,00", "180,00"),
        ("Filtro olio", "1", "14,50", "14,50"),
    )
    + table(("Imponibile", "194,50"), ("IVA 22%", "42,79"), ("Totale fattura", "237,29 €")),
    vendor_name="Officina Meccanica Rossi S.n.c.",
    total_amount="237.29",
    currency="EUR",
    invoice_date="2026-06-04",
    due_date="2026-07-04",
    invoice_number="118/A",
    items=["180.00", "14.50"],
)

MADE = tuple(paper for paper in PAPERS[_BEFORE:] if paper.truth)
