"""The page of the HTML exporter: its data, template, style and scripts."""
