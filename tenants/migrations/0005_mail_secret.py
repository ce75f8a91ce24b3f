"""What a message carries and its row must not show: encrypted, and gone once it was sent."""

from django.db import migrations, models

from tenants.rls import ProtectTenantTables


class Migration(migrations.Migration):
    dependencies = [("tenants", "0004_mail_templates")]
    operations = [
        migrations.AddField(
            "mailmessage", "secret", models.TextField(blank=True, db_default="", default="")
        ),
        ProtectTenantTables(),
    ]
