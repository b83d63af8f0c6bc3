# SPDX-License-Identifier: GPL-2.0-or-later
"""Draws a run folder: one self-contained HTML file, figures as SVG and PNG, Markdown.

It reads what `nodehop run` recorded and what `nodehop compare` judged, and computes no statistic of its own.
"""
