/**
 * What a neural language model is, apart from any engine that trains or runs it: an architecture
 * and its named weight tensors, and the safetensors files that hold them. Tensor names, shapes and
 * gate order follow PyTorch's word language model.
 */
package org.bitlattice.lm;
