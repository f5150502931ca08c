"""Sheets drawn by our pen and bound into one PDF: paper → leaves → volume."""
