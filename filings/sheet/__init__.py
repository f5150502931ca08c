"""The engine: a layout and a document make a grid, a grid makes pages. Pure Python, no Django, no database."""
