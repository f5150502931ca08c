"""Addresses of the filing side; every one of them stands in the access table of the tests."""

from django.urls import path

from filings.views import accounts, home, layouts, packets, review, sheets, steps, verify

urlpatterns = [
    path("", home.home, name="home"),
    path("login/", accounts.Login.as_view(), name="login"),
    path("logout/", accounts.Logout.as_view(), name="logout"),
    path("text-size/", home.text_size, name="text_size"),
    path("tasks/", home.tasks, name="tasks"),
    path("review/<slug:name>/", home.review_queue, name="queue"),
    path("packets/", packets.packets, name="packets"),
    path("packets/<slug:ref>/", packets.packet, name="packet"),
    path("packets/<slug:ref>/do/<slug:action>/", packets.packet_act, name="packet_act"),
    path("packets/<slug:ref>/files/<int:position>/", packets.packet_file, name="packet_file"),
    path("verify/", verify.verify, name="verify"),
    path("layouts/", layouts.layouts, name="layouts"),
    path("layouts/<int:pk>/", layouts.layout, name="layout"),
    path("layouts/<int:pk>/sample.<slug:format_>", layouts.layout_sample, name="layout_sample"),
    path("layouts/<slug:sha256>.css", sheets.layout_css, name="layout_css"),
    path("start/<int:due_pk>/<int:department_pk>/", home.start, name="start"),
    path("filings/<slug:ref>/", sheets.sheet, name="sheet"),
    path("filings/<slug:ref>/steps/", steps.first_step, name="first_step"),
    path("filings/<slug:ref>/steps/<slug:key>/", steps.step, name="step"),
    path("filings/<slug:ref>/save/", steps.save, name="save"),
    path("filings/<slug:ref>/submit/", review.submit, name="submit"),
    path("filings/<slug:ref>/receipt/", review.receipt, name="receipt"),
    path("filings/<slug:ref>/log/", review.log, name="log"),
    path("filings/<slug:ref>/remarks/", review.remark, name="remark"),
    path("filings/<slug:ref>/remarks/<int:remark_pk>/", review.answer, name="answer"),
    path("filings/<slug:ref>/do/<slug:action>/", review.act, name="act"),
    path("filings/<slug:ref>/file.<slug:format_>", sheets.download, name="download"),
]
