"""Documents that stand on both sides while their goods could not be received or shipped yet."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounting", "0007_erasing_in_parts")]

    operations = [
        migrations.AddField(
            model_name="syncdocument",
            name="goods_wait",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddIndex(
            model_name="syncdocument",
            index=models.Index(
                condition=models.Q(goods_wait=True),
                fields=["tenant", "connection", "id"],
                name="sync_documents_goods_wait",
            ),
        ),
    ]
