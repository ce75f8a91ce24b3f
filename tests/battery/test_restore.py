"""Dumped in the middle of its work and restored elsewhere: Wharf goes on, nothing twice (N9)."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from network.domain.states import Direction
from network.models import Envelope
from network.services import courier
from tenants.jobs import run_job
from tenants.models import Job, JobState, MailMessage
from tenants.services.mail import Letter, post
from tests.battery.conftest import flush_broker
from tests.battery.ordering import Buyer, assert_ordered_once, eventually, work_left
from tests.cast import Company, Pair
from tests.network.test_courier import Killed
from tests.support.mail_server import MailServer
from tests.support.own_database import OwnDatabase, addresses, django_on, dump, own_database
from tests.support.processes import Processes
from tests.support.servers import TestServers
from tests.trade import let_leases_end, stocked_pair

pytestmark = pytest.mark.battery
