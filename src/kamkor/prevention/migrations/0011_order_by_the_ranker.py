"""What waits in the queue is put into the order of the learned ranker, as what comes from now on is."""

from dataclasses import replace
from typing import Any

from django.db import migrations

from kamkor.methods.adverts.ranker import ranker
from kamkor.methods.adverts.scoring import Flag, Scorer
from kamkor.prevention.reading import SHOWN


def order(apps: Any, _editor: Any) -> None:
    adverts = apps.get_model("prevention", "Advert").objects
    for advert in adverts.exclude(state="done").iterator():
        flags = [Flag(code, start, end, "") for code, start, end in advert.flags]
        read = replace(Scorer().read_alone(advert.text, advert.day), flags=flags)
        adverts.filter(pk=advert.pk).update(score=ranker().score(advert.text[:SHOWN], read))


class Migration(migrations.Migration):
    dependencies = [('prevention', '0010_second_wall_of_feeds')]
    operations = [migrations.RunPython(order, migrations.RunPython.noop)]
