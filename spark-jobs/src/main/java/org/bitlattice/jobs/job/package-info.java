/**
 * The contract of every command: exit codes, errors, folders on any Hadoop path, and stages that
 * are skipped, refused or run by what their record says.
 */
package org.bitlattice.jobs.job;
