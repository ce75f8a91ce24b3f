"""The address that customers see may be another than the company's own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenants", "0012_integrations")]
    operations = [
        migrations.AddField(
            model_name="organisation",
            name="customer_address",
            field=models.TextField(
                blank=True,
                db_default="",
                default="",
                max_length=500,
                verbose_name="address on documents",
            ),
        ),
    ]
