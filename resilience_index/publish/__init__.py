"""Words and pictures out: tables, views, pages, PDFs, whole editions."""
