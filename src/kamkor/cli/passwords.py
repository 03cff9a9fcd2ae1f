"""First passwords: five plain words, to be changed by whoever gets them."""

import secrets

WORDS = (
    "almond apron basket birch bottle bridge butter candle carpet cherry circle clover copper cotton "
    "cradle dune eagle ember falcon feather field flute forest garden ginger glacier grape harbour "
    "hazel honey island ivory jasmine kettle ladder lantern lemon linen maple meadow melon mint mirror "
    "monsoon moss needle nettle oasis olive orchard otter paper pebble pepper pillow pine plum pocket "
    "pond poplar quilt raisin reed ribbon river saddle saffron salt sesame shell silk spoon spring "
    "stone summit swallow thread thyme timber tulip velvet village violet walnut water willow window "
    "winter wool yarrow"
).split()


def new_password() -> str:
    return "-".join(secrets.choice(WORDS) for _ in range(5))
