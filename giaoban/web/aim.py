"""Where htmx puts an answer, when that is not where the press aimed."""

from flask import request


def aim_at(place: str) -> dict[str, str]:
    """What `make_response` needs so that the answer takes the place of the element with the id `place`; else nothing.

    A press that aimed there needs no header, and is better without: htmx finds the target of a header from the pressed
    element, and finds none when that has meanwhile been replaced, as what follows the running order is all the time.
    The answer would be lost without a word.
    """
    if request.htmx.target == place:  # type: ignore[attr-defined]
        return {}
    return {"retarget": f"#{place}", "reswap": "outerHTML"}
