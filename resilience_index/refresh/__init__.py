"""Newer figures from the producers' public interfaces: fetched, checked, shown, then written.

What is fetched from where stands in the content, one file a source in ``updates/`` (`services`).
An answer is bounded in time and size (`fetching`), read by its documented shape (`answers`,
`sheets`), held against what stands and what is plausible (`differences`), and written with all that
belongs to it at once or not at all, the old tables kept (`keeping`).
"""
