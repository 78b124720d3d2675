package org.bitlattice.it.scaling;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What a recorded run had of the machine, and took.
 *
 * @param share of a processor for each executor; 1 when they were not confined
 * @param words how executors were confined, or why they were not
 * @param wallSeconds from the driver's start to its end
 * @param executorSeconds of processor time of all executors and their workers' start
 * @param driverSeconds of processor time of the driver
 * @param otherSeconds of processor time of everything else on the machine meanwhile
 * @param stolenSeconds of processor time that the host of a virtual machine took meanwhile
 */
record RecordedMachine(
    double share,
    String words,
    double wallSeconds,
    double executorSeconds,
    double driverSeconds,
    double otherSeconds,
    double stolenSeconds) {
  void write(Path file) throws IOException {
    Files.writeString(
        file,
        String.format(
            Locale.ROOT,
            "share = %s%nwords = \"%s\"%nwall = %.1f%nexecutors = %.1f%ndriver = %.1f%nother = %.1f%nstolen = %.1f%n",
            share,
            words.replace("\"", "'"),
            wallSeconds,
            executorSeconds,
            driverSeconds,
            otherSeconds,
            stolenSeconds));
  }

  static RecordedMachine read(Path file) {
    Config read = ConfigFactory.parseFile(file.toFile());
    return new RecordedMachine(
        read.getDouble("share"),
        read.getString("words"),
        read.getDouble("wall"),
        read.getDouble("executors"),
        read.getDouble("driver"),
        read.getDouble("other"),
        read.getDouble("stolen"));
  }
}
