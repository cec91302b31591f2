"""The addresses of the dashboard."""

from __future__ import annotations

from django.urls import path

from invoices.views import detail, exporting, happenings, lists, lookback, overview, rents, review, sellers, uploading

app_name = "invoices"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("sync/", overview.sync, name="sync"),
    path("appearance/", overview.appearance, name="appearance"),
    path("invoices/", lists.invoice_list, name="list"),
    path("invoices/bulk/", lists.bulk, name="bulk"),
    path("invoices/export/<str:form>/", exporting.export, name="export"),
    path("exports/<str:job_id>/<int:number>/", exporting.exported_part, name="exported"),
    path("invoices/<str:invoice_id>/", detail.detail, name="detail"),
    path("invoices/<str:invoice_id>/original/", detail.frame, name="original"),
    path("invoices/<str:invoice_id>/original/<int:number>.png", detail.sheet, name="sheet"),
    path("invoices/<str:invoice_id>/download/", detail.download, name="download"),
    path("invoices/<str:invoice_id>/edit/<str:name>/", detail.edit, name="edit"),
    path("invoices/<str:invoice_id>/undo/<str:name>/", detail.undo, name="undo"),
    path("invoices/<str:invoice_id>/paid/", detail.paid, name="paid"),
    path("invoices/<str:invoice_id>/state/", detail.state, name="state"),
    path("invoices/<str:invoice_id>/link/", detail.link, name="link"),
    path("invoices/<str:invoice_id>/reread/", detail.reread, name="reread"),
    path("rent/", rents.rents, name="rent"),
    path("review/", review.review, name="review"),
    path("review/<str:invoice_id>/", review.confirm, name="confirm"),
    path("vendors/", sellers.vendors, name="vendors"),
    path("vendors/taught/", sellers.taught, name="taught"),
    path("vendors/<path:vendor>/", sellers.vendor, name="vendor"),
    path("upload/", uploading.upload, name="upload"),
    path("activity/", happenings.activity, name="activity"),
    path("activity/again/", happenings.again, name="again"),
    path("activity/reread/", happenings.reread, name="reread-all"),
    path("activity/progress/", happenings.progress, name="progress"),
    path("mailboxes/<str:mailbox_id>/lookback/", lookback.lookback, name="lookback"),
    path("calendar/", exporting.calendar_settings, name="calendar-settings"),
    path("calendar/<str:token>.ics", exporting.calendar_feed, name="calendar"),
]
