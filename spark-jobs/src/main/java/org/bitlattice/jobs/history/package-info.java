/**
 * The history of scheduled runs: finds finished runs below a folder and keeps their figures in
 * tables, which outlive the runs' folders.
 */
package org.bitlattice.jobs.history;
