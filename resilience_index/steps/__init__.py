"""The steps of the method, one module each: plain functions, table in, table out.

observe, denominate, transform, screen, impute, treat, orient, normalise, weight, aggregate, rank.
Each module ends with ``METHODS``, the dict from a name in a framework file to a function.
"""
