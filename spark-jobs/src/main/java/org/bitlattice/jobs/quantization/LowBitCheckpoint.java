package org.bitlattice.jobs.quantization;

import java.io.IOException;
import org.bitlattice.allocation.PrecisionAssignment;
import org.bitlattice.jobs.experiment.Folders;
import org.bitlattice.jobs.job.HadoopFolder;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.training.TrainingState;
import org.bitlattice.lowbit.AdmmState;
import org.bitlattice.lowbit.FrozenCodes;
import org.bitlattice.lowbit.LowBitState;
import org.bitlattice.lowbit.StraightThroughState;
import org.bitlattice.quant.ModelFolder;
import org.bitlattice.quant.PackedModel;
import org.bitlattice.settings.SystemSettings;
import org.bitlattice.text.Vocabulary;

/**
 * A state of low-bit training, how it starts, and how it is kept between two rounds: W with the
 * optimiser's state in {@code training-state}, the low-bit model in {@code model/}, what ADMM has
 * beside them in {@code admm/}, and in {@code phase} whether the codes are frozen.
 *
 * @param training W and the optimiser's state
 * @param state tables, and what the method has beside them
 */
record LowBitCheckpoint(TrainingState training, LowBitState state) {
  private static final String ADMM = "admm";
  private static final String TRAINING = "training-state";
  private static final String PHASE = "phase";
  private static final String FROZEN = "fine-tuning";
  private static final String METHOD = "method";

  /**
   * The state before the first round: tables fitted to the weights.
   *
   * @throws IllegalArgumentException when the assignment does not fit the weights, or leaves
   *     everything in full precision
   */
  static LowBitCheckpoint start(
      SystemSettings system, LmWeights weights, PrecisionAssignment assignment) {
    TrainingState training = TrainingState.start(weights);
    return new LowBitCheckpoint(
        training,
        system.method() == SystemSettings.Method.ADMM
            ? AdmmState.start(weights, assignment.storage(), system.admm())
            : StraightThroughState.start(weights, assignment.storage(), system.latentClip()));
  }

  /** The state from which everything that is not quantized is trained, with this one's codes. */
  LowBitCheckpoint frozen() {
    TrainingState fresh = TrainingState.start(training.weights());
    return new LowBitCheckpoint(fresh, FrozenCodes.of(state.quantizedModel(), training.weights()));
  }

  void write(HadoopFolder folder, Vocabulary vocabulary) throws IOException {
    if (state instanceof AdmmState admm) {
      admm.write(folder.folder(ADMM));
    }
    folder.writeText(PHASE, state instanceof FrozenCodes ? FROZEN : METHOD);
    ModelFolder.write(folder.folder(Folders.MODEL), state.quantizedModel(), vocabulary);
    training.write(folder, TRAINING);
  }

  /** Reads the low-bit model of a checkpoint. */
  static PackedModel model(HadoopFolder folder) throws IOException {
    return ModelFolder.read(folder.folder(Folders.MODEL)).model();
  }

  /** Reads W of a checkpoint. */
  static LmWeights weights(HadoopFolder folder, LmArchitecture architecture) throws IOException {
    return TrainingState.read(folder, TRAINING, architecture).weights();
  }

  /**
   * Reads a checkpoint.
   *
   * @throws IllegalArgumentException naming the file when one is missing or damaged
   */
  static LowBitCheckpoint read(
      HadoopFolder folder, SystemSettings system, LmArchitecture architecture) throws IOException {
    TrainingState training = TrainingState.read(folder, TRAINING, architecture);
    PackedModel model = model(folder);
    if (isFrozen(folder)) {
      return new LowBitCheckpoint(training, FrozenCodes.of(model, training.weights()));
    }
    return new LowBitCheckpoint(
        training,
        system.method() == SystemSettings.Method.ADMM
            ? AdmmState.read(folder.folder(ADMM))
            : StraightThroughState.resumed(training.weights(), model, system.latentClip()));
  }

  private static boolean isFrozen(HadoopFolder folder) throws IOException {
    String phase = folder.readText(PHASE);
    if (!phase.equals(FROZEN) && !phase.equals(METHOD)) {
      throw new IllegalArgumentException(
          "%s says \"%s\"; it must say %s or %s"
              .formatted(folder.location(PHASE), phase, METHOD, FROZEN));
    }
    return phase.equals(FROZEN);
  }
}
