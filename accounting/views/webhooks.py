"""Where QuickBooks tells what changed. No session, no form: the signature is the right."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounting.quickbooks.webhooks import is_signed, read_events
from accounting.services.webhooks import take_news

LONGEST_BODY = 2 * 1024 * 1024


@csrf_exempt
@require_POST
def quickbooks_news(request: HttpRequest) -> HttpResponse:
    """Keep the news and answer; what they mean is looked at by a run."""
    token = settings.QUICKBOOKS_WEBHOOK_TOKEN
    if not token:
        return HttpResponse("No verifier token is configured.", status=503)
    try:
        body = request.body
    except RequestDataTooBig:
        return HttpResponse("Too long.", status=413)
    if len(body) > LONGEST_BODY:
        return HttpResponse("Too long.", status=413)
    if not is_signed(body, request.headers.get("intuit-signature", ""), token):
        return HttpResponse("The signature is not right.", status=401)
    try:
        news = read_events(body)
    except ValueError:
        return HttpResponse("This is no news.", status=400)
    take_news("quickbooks", news)
    return HttpResponse(status=200)
