"""Renderers: turn laid-out forms into HTML, PDF and workbooks. None of them knows a particular form."""
