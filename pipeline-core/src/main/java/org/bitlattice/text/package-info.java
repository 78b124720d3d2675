/**
 * Words and token ids: {@link org.bitlattice.text.Vocabulary} and running text cut into segments.
 */
package org.bitlattice.text;
