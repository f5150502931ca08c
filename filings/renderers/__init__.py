"""Grid to screen, PDF, workbook and text. Thin: none of them knows a form."""
