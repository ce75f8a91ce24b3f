"""The web application that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

from hub.walls import refuse_gaps

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
application = get_wsgi_application()
refuse_gaps()
