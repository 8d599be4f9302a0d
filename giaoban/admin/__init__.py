"""The working pages: front page, sign-in, the MC's console, roll-call board, administration. HTML, no JSON."""

from giaoban.admin import conferences, home, own_password, roll_call, running_order, sign_in, users
from giaoban.admin.blueprints import accounts, bp

__all__ = ["accounts", "bp", "conferences", "home", "own_password", "roll_call", "running_order", "sign_in", "users"]
