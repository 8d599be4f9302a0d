"""What giaoban costs, measured on the machine at hand; docs/performance.md says how to read the figures."""
