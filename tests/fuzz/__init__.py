"""Random input for whatever reads files or formulas, guided by coverage."""
