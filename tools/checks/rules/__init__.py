"""The rules of check_template.py, by what they look at."""
