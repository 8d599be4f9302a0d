"""Files for people made from ready values: PDF set by typst, workbooks, calendars. Below the services; no database.

What a file says is put together above (`services/`); here is only how it looks.
"""
