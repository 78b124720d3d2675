/**
 * Words and token ids: text lines ({@link org.bitlattice.text.SentenceParser}), word lists, the
 * choice of a {@link org.bitlattice.text.Vocabulary}, and running text cut into segments ({@link
 * org.bitlattice.text.TokenStream}).
 */
package org.bitlattice.text;
