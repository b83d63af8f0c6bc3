# SPDX-License-Identifier: GPL-2.0-or-later
"""Fault: one line that says what is wrong, where, and what would be right."""


class Fault(Exception):
    """Ends the program with its sentence and exit code 2."""
