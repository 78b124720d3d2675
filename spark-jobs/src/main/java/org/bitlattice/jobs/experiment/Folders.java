package org.bitlattice.jobs.experiment;

import org.bitlattice.quant.TableForm;
import org.bitlattice.quant.WordBlocks;

/** Where stages keep their results, relative to the experiment's output folder. */
public final class Folders {
  /** Vocabulary, training segments, dev and eval sentences. */
  public static final String CORPUS = "corpus";

  /** The full-precision language model. */
  public static final String BASELINE = "baseline";

  /** Word error tables. */
  public static final String SCORES = "scores";

  /** Pages for people. */
  public static final String REPORT = "report";

  /** Name of the model folder inside {@link #BASELINE} and inside a system's folder. */
  public static final String MODEL = "model";

  /** Model folder of a trained system: the full-precision weights behind its tables. */
  public static final String LATENT = "latent";

  /** Parts of a text that {@code bitlattice compress} was given. */
  public static final String TEXT = "text";

  /** Page of {@code bitlattice compress}. */
  public static final String COMPRESSED = "compressed";

  private Folders() {}

  /** KL sensitivities of the units and tables of a form; systems of the same form share them. */
  public static String kl(TableForm tables) {
    return "sensitivity/kl/" + tables.label();
  }

  /** Traces of the Hessian's blocks; all forms of tables with the same word blocks share them. */
  public static String traces(WordBlocks words) {
    return "sensitivity/hessian/traces" + (words.bounds().isEmpty() ? "" : "-" + words.label());
  }

  /** Hessian sensitivities of the units and tables of a form. */
  public static String hessian(TableForm tables) {
    return "sensitivity/hessian/" + tables.label();
  }

  /** Precision search over the units and tables of a form; systems of the same form share it. */
  public static String search(TableForm tables) {
    return "sensitivity/search/" + tables.label();
  }

  /** Precisions of a system. */
  public static String assignment(String system) {
    return "assignments/" + system;
  }

  /** Model and rounds of a system. */
  public static String system(String system) {
    return "systems/" + system;
  }

  /** Perplexities of a system in the mode that it is run in, where that is not exact. */
  public static String evaluated(String system) {
    return "evaluated/" + system;
  }

  /** Hypotheses of a lattice set with the scores that no network gives. */
  public static String hypotheses(String set) {
    return "hypotheses/" + set;
  }

  /** A lattice set rescored by a system. */
  public static String rescored(String system, String set) {
    return "rescored/" + system + "/" + set;
  }
}
