/** The low-bit model of each system: table fit, or ADMM with its rounds on Spark. */
package org.bitlattice.jobs.quantization;
