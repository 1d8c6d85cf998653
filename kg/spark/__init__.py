"""The same graph by way of Apache Spark, for more papers than one machine can read.

Needs the extra ``spark``, and Java. Extraction runs on partitions of the records, see
:mod:`kg.spark.mapping`; the SQL of :mod:`kg.graph.assemble` runs over what comes out, see
:mod:`kg.spark.tables`; :mod:`kg.spark.engine` leads from the one to the other.
"""
