"""How far a rank can be trusted: uncertainty, sensitivity, coherence, the audit."""
