/** The commands that people type: options, help texts, and nothing else. */
package org.bitlattice.jobs.command;
