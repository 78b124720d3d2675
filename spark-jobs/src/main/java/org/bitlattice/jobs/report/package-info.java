/** Pages for people, made of the tables. */
package org.bitlattice.jobs.report;
