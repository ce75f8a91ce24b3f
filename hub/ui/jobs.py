"""The answer to a job card that asks how far its job is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hub.ui.components import JobCard

STOP_POLLING = 286


def job_response(request: HttpRequest, job: JobCard) -> HttpResponse:
    """The card again; once the job has ended, with the status that ends htmx's asking."""
    status = 200 if job.running else STOP_POLLING
    return render(request, "components/job_card.html", {"job": job}, status=status)
