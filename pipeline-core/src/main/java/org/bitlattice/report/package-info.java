/**
 * Row records of the tables that people read, with units in their names, and the pages made of
 * them. Imports nothing else of ours, so that reading a table needs nothing but the table.
 */
package org.bitlattice.report;
