"""Data products: an edition as a workbook, a data package, SDMX, Parquet, JSON, a database."""
