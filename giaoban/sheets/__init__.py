"""Files of spreadsheet programs as rows of texts. Below the services; knows no conference."""

from giaoban.sheets.limits import FILE_MOST
from giaoban.sheets.reading import read

__all__ = ["FILE_MOST", "read"]
