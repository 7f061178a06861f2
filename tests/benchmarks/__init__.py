"""What must be fast, measured: `make bench` writes reports/benchmarks.json and prints it.

One module for each area; each has one public function that returns rows, which stands in the
`REGISTRY` of `__main__`. `measuring` holds what they share. `make bench ONLY=engine` runs one area.
"""
