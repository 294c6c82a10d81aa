"""How the index keeps its numbers: measured values as Decimal, computed ones as Fraction, roots at a stated precision.

Every linear step (normalisation against goalposts, weighted means, changes, contributions) is done in fractions, so
that nothing is rounded before it is shown and equal scores are equal. Square roots, logarithms and exponentials are
irrational: they are taken with PRECISION significant digits and kept to PLACES decimals, half to even.
"""

from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

PRECISION = 50
PLACES = 30
SHOWN_PLACES = 4

CONTEXT = Context(prec=PRECISION, rounding=ROUND_HALF_EVEN)


def as_decimal(value: Fraction) -> Decimal:
    """Write a fraction with PRECISION significant digits."""
    return CONTEXT.divide(Decimal(value.numerator), Decimal(value.denominator))


def kept(value: Decimal, places: int = PLACES) -> Decimal:
    """Round a decimal to a number of decimals, half to even (GB/T 8170)."""
    return value.quantize(Decimal(1).scaleb(-places), context=CONTEXT)


def shown(value: Fraction, places: int = SHOWN_PLACES) -> Decimal:
    """Round a number once for a reader: half to even, without trailing zeros and without an exponent."""
    scaled = round(value * 10**places)
    text = f"{Decimal(scaled).scaleb(-places):f}"
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)


def square_root(value: Fraction) -> Decimal:
    """Take the square root with PRECISION significant digits."""
    return CONTEXT.sqrt(as_decimal(value))
