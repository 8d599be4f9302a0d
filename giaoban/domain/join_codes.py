"""Join codes: eight characters of Crockford base32, derived from a secret and never stored.

The alphabet leaves out I, L, O and U; what people type instead of 1 and 0 is read as meant (contract §3).
"""

import hashlib
import hmac
import re
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH: Final = 8
_MEANT: Final = str.maketrans("OIL", "011")


def join_code(secret: bytes, conference: str, endpoint_code: str, epoch: int) -> str:
    """The endpoint's code, as stored nowhere and printable at any time: "K7QF-2M9D"."""
    message = f"join\x1f{conference}\x1f{endpoint_code}\x1f{epoch}".encode()
    number = int.from_bytes(hmac.digest(secret, message, hashlib.sha256)[:5], "big")
    letters = "".join(ALPHABET[number >> shift & 31] for shift in range(35, -1, -5))
    return f"{letters[:4]}-{letters[4:]}"


def typed_code(typed: str) -> str:
    """The code in what was typed or pasted: the whole link of the access sheet holds one too."""
    _, link, code = typed.strip().rpartition("/vao/")
    return re.split(r"[?#/]", code)[0] if link else code


def problem_with(typed: str) -> str:
    """What is wrong with something that is no code, as a sentence; "" for a code that only nobody has."""
    letters = [char for char in typed if char.isalnum()]
    if normalise(typed) is not None:
        return ""
    if len(letters) != LENGTH:
        return f"Mã có {LENGTH} chữ và số, quý vị vừa nhập {len(letters)}."
    return "Mã chỉ gồm chữ không dấu và số."


def normalise(typed: str) -> str | None:
    """What was typed, as `join_code` writes it, in any case and with or without dashes and blanks; None if no code."""
    bare = "".join(char for char in typed.upper() if char not in "- \t\u2010\u2011\u2013\u2014").translate(_MEANT)
    if len(bare) != LENGTH or any(char not in ALPHABET for char in bare):
        return None
    return f"{bare[:4]}-{bare[4:]}"
