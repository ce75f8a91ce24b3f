"""The Celery apps. A message is a wake-up and nothing more: the work is a row in tenants_job."""

import os
from typing import Any

import redis
import structlog
from celery import Celery
from celery.signals import worker_init
from kombu.exceptions import OperationalError

from hub.walls import refuse_gaps

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")

log = structlog.get_logger(__name__)

LANES = ("courier", "mail", "bulk", "sync")
# A wake-up that cannot be sent in this time is dropped: the dispatcher's tick finds the row.
POKE_SECONDS = 0.2

app = Celery("wharf")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    task_ignore_result=True,
    task_default_queue="courier",
    timezone="UTC",
    broker_connection_retry_on_startup=True,
    broker_transport_options={
        "visibility_timeout": 1800,
        # Without it a killed worker's task waits for over a minute before it is handed out again.
        "unacked_restore_throttle": 1,
        "socket_keepalive": True,
    },
    beat_schedule={
        "dispatch": {
            "task": "tenants.dispatch",
            "schedule": 5.0,
            "options": {"expires": 5},
        },
        "account-mail": {
            "task": "tenants.send_account_mail",
            "schedule": 5.0,
            "options": {"expires": 5, "queue": "mail"},
        },
    },
)
app.autodiscover_tasks()


@worker_init.connect(weak=False)
def _check_walls(**_options: Any) -> None:
    """Celery's only hook before a worker takes work."""
    refuse_gaps()


# Producers must give up fast; workers must wait. So wake-ups leave through an app of their own.
poker = Celery("wharf-poke", set_as_current=False)
poker.config_from_object("django.conf:settings", namespace="CELERY")
poker.conf.update(
    task_ignore_result=True,
    broker_connection_timeout=POKE_SECONDS,
    broker_transport_options={
        "visibility_timeout": 1800,
        "socket_timeout": POKE_SECONDS,
        "socket_connect_timeout": POKE_SECONDS,
        "max_retries": 0,
    },
)


def poke(task: str, *args: str, lane: str, expires: float | None = None) -> None:
    """Wake a worker; at most about POKE_SECONDS, and a failure is only logged."""
    options: dict[str, Any] = {"queue": lane, "retry": False, "ignore_result": True}
    try:
        poker.send_task(task, args=args, expires=expires, **options)
    except (OperationalError, redis.RedisError, OSError) as error:
        log.warning("poke_dropped", task=task, reason=type(error).__name__)
