"""The Celery app. A message is a wake-up and nothing more: the work is a row in tenants_job."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")

app = Celery("wharf")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_ignore_result=True,
    timezone="UTC",
    broker_connection_retry_on_startup=True,
    broker_transport_options={
        "visibility_timeout": 1800,
        # Without it a killed worker's task waits for over a minute before it is handed out again.
        "unacked_restore_throttle": 1,
        "socket_keepalive": True,
        "socket_timeout": 10,
    },
    beat_schedule={
        "dispatch": {"task": "tenants.dispatch", "schedule": 5.0, "options": {"expires": 5}},
        "reconcile": {"task": "tenants.reconcile", "schedule": 15.0, "options": {"expires": 15}},
    },
)
app.autodiscover_tasks()
