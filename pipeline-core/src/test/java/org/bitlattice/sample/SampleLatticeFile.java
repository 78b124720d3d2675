package org.bitlattice.sample;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** A written lattice, read back by a few lines that share no code with the writer. */
record SampleLatticeFile(String utterance, int nodes, List<Link> links) {
  record Link(int start, int end, String word, double acousticLn, double bigramLn) {
    boolean real() {
      return !word.equals("!NULL") && !word.equals("</s>");
    }
  }

  static Map<String, SampleLatticeFile> readAll(InputStream tarGz) throws IOException {
    Map<String, SampleLatticeFile> lattices = new LinkedHashMap<>();
    try (TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(tarGz))) {
      for (TarArchiveEntry entry = tar.getNextTarEntry();
          entry != null;
          entry = tar.getNextTarEntry()) {
        String text = new String(tar.readAllBytes(), StandardCharsets.UTF_8);
        SampleLatticeFile lattice = parse(text);
        lattices.put(entry.getName(), lattice);
      }
    }
    return lattices;
  }

  private static SampleLatticeFile parse(String text) {
    String utterance = "";
    int nodes = 0;
    List<Link> links = new ArrayList<>();
    for (String line : text.split("\n")) {
      Map<String, String> fields = new LinkedHashMap<>();
      Arrays.stream(line.split(" "))
          .forEach(f -> fields.put(f.split("=", 2)[0], f.split("=", 2)[1]));
      if (fields.containsKey("UTTERANCE")) {
        utterance = fields.get("UTTERANCE");
      } else if (fields.containsKey("I")) {
        nodes++;
      } else if (fields.containsKey("J")) {
        links.add(
            new Link(
                Integer.parseInt(fields.get("S")),
                Integer.parseInt(fields.get("E")),
                fields.get("W"),
                Double.parseDouble(fields.get("a")),
                Double.parseDouble(fields.get("l"))));
      }
    }
    return new SampleLatticeFile(utterance, nodes, links);
  }

  /** Words of the best path at the lattice's own scales. */
  List<String> bestPath() {
    double[] score = new double[nodes];
    Arrays.fill(score, Double.NEGATIVE_INFINITY);
    Link[] back = new Link[nodes];
    score[0] = 0;
    for (int node = 1; node < nodes; node++) {
      for (Link link : links) {
        double penalty = link.word.equals("!NULL") ? 0 : Math.log(0.65);
        double total = score[link.start] + link.acousticLn + 8 * link.bigramLn + penalty;
        if (link.end == node && total > score[node]) {
          score[node] = total;
          back[node] = link;
        }
      }
    }
    List<String> words = new ArrayList<>();
    for (Link link = back[nodes - 1]; link != null; link = back[link.start]) {
      if (link.real()) {
        words.add(0, link.word);
      }
    }
    return words;
  }

  /** Fewest word errors of any path. */
  int oracleErrors(List<String> reference) {
    int[][] errors = new int[nodes][];
    for (int node = 0; node < nodes; node++) {
      errors[node] = new int[reference.size() + 1];
      Arrays.fill(errors[node], Integer.MAX_VALUE / 2);
      errors[0][0] = 0;
      for (Link link : links) {
        if (link.end == node) {
          for (int i = 0; i <= reference.size(); i++) {
            errors[node][i] = Math.min(errors[node][i], through(link, errors[link.start], reference, i));
          }
        }
      }
      for (int i = 1; i <= reference.size(); i++) {
        errors[node][i] = Math.min(errors[node][i], errors[node][i - 1] + 1);
      }
    }
    return errors[nodes - 1][reference.size()];
  }

  private static int through(Link link, int[] before, List<String> reference, int i) {
    if (!link.real()) {
      return before[i];
    }
    int inserted = before[i] + 1;
    if (i == 0) {
      return inserted;
    }
    return Math.min(inserted, before[i - 1] + (reference.get(i - 1).equals(link.word) ? 0 : 1));
  }
}
