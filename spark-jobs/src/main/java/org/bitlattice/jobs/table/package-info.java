/**
 * Tables: records of core and jobs as Parquet files. {@link org.bitlattice.jobs.table.RowSchema}
 * maps one record type to columns, {@link org.bitlattice.jobs.table.Tables} reads and writes.
 */
package org.bitlattice.jobs.table;
