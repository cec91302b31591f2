"""The addresses of accounts."""

from __future__ import annotations

from django.urls import path

from accounts.views import entering, gmail, leaving, settings

app_name = "accounts"
urlpatterns = [
    path("sign-in/", entering.sign_in, name="sign-in"),
    path("sign-in/code/", entering.second_step, name="second-step"),
    path("sign-out/", entering.sign_out, name="sign-out"),
    path("sign-up/", entering.sign_up, name="sign-up"),
    path("sent/", entering.sent, name="sent"),
    path("welcome/<str:token>/", entering.welcome, name="welcome"),
    path("reset/", entering.reset, name="reset"),
    path("reset/<str:token>/", entering.new_password, name="new-password"),
    path("confirm/", settings.confirm, name="confirm"),
    path("google/start/", gmail.start, name="google-start"),
    path("google/callback/", gmail.callback, name="google-callback"),
    path("google/switch/", gmail.switch, name="google-switch"),
    path("settings/", settings.profile, name="settings"),
    path("settings/address/", settings.address, name="address"),
    path("settings/address/<str:token>/", settings.new_address, name="new-address"),
    path("settings/password/", settings.password, name="password"),
    path("settings/mailboxes/", gmail.mailbox_list, name="mailboxes"),
    path("settings/mailboxes/<str:mailbox_id>/disconnect/", gmail.disconnect, name="disconnect"),
    path("settings/notifications/", settings.notifications, name="notifications"),
    path("settings/notifications/phones/<str:phone_id>/", settings.remove_phone, name="remove-phone"),
    path("settings/security/", settings.security, name="security"),
    path("settings/security/second-step/", settings.second_step, name="second-step-settings"),
    path("settings/security/devices/others/", settings.end_other_devices, name="end-other-devices"),
    path("settings/security/devices/<str:device_id>/", settings.end_device, name="end-device"),
    path("settings/security/tokens/", settings.make_token, name="make-token"),
    path("settings/security/tokens/<str:token_id>/", settings.end_token, name="end-token"),
    path("settings/trail/", settings.trail, name="trail"),
    path("settings/data/", leaving.data, name="data"),
    path("settings/data/samples/", leaving.samples, name="samples"),
    path("settings/data/export/", leaving.export, name="export"),
    path("settings/data/export/<str:job_id>/<int:number>/", leaving.part, name="export-part"),
    path("settings/delete/", leaving.delete, name="delete"),
    path("goodbye/", leaving.goodbye, name="goodbye"),
]
