/** Tests of the assembled distribution: what it holds, and its launcher in real processes. */
package org.bitlattice.it;
