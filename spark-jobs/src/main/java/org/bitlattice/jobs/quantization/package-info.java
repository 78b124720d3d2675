/** The low-bit model of each system: table fit, or rounds of training on Spark. */
package org.bitlattice.jobs.quantization;
