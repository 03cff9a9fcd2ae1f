from django.db import migrations

from kamkor.base.wall import protect


class Migration(migrations.Migration):
    dependencies = [('prevention', '0003_adverts')]
    operations = [
        protect("prevention_advert"),
        protect("prevention_advertcontact"),
        protect("prevention_review"),
        protect("prevention_letter"),
    ]
