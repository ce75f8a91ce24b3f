"""The list of journals by day, by event, and by the document's number."""

from django.db import migrations, models

from tenants.rls import ProtectTenantTables


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0004_books_boundary"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="journal",
            index=models.Index(fields=["tenant", "posted_on", "id"], name="journals_by_day"),
        ),
        migrations.AddIndex(
            model_name="journal",
            index=models.Index(
                fields=["tenant", "event", "posted_on", "id"], name="journals_of_event"
            ),
        ),
        migrations.AddIndex(
            model_name="journal",
            index=models.Index(fields=["tenant", "source_number"], name="journals_of_number"),
        ),
        ProtectTenantTables(),
    ]
