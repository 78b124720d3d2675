package org.bitlattice.search;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.ModelFiles;
import org.bitlattice.lm.training.TrainingState;

/**
 * Where the search at one β stands between two rounds. Values: a round gives a new one.
 *
 * @param logits the logits and their optimiser's state
 * @param weights the running weights; empty where the branches are frozen
 */
public record SearchState(LogitState logits, Optional<Weights> weights) {
  private static final String LOGITS = "logits";
  private static final String TRAINING = "training-state";

  /**
   * Weights that are trained in turn with the logits.
   *
   * @param training W and the optimiser's state
   * @param tables the branches at W
   */
  public record Weights(TrainingState training, FollowedTables tables) {}

  /** The state before the first round of a search with frozen branches. */
  public static SearchState frozen(SearchSpace space) {
    return new SearchState(LogitState.start(space), Optional.empty());
  }

  /** The state before the first round of a search whose branches are fitted to running weights. */
  public static SearchState refit(SearchSpace space, LmWeights start) {
    FollowedTables tables = FollowedTables.fitted(space, start);
    return new SearchState(
        LogitState.start(space), Optional.of(new Weights(TrainingState.start(start), tables)));
  }

  /** The state with other logits. */
  public SearchState withLogits(LogitState changed) {
    return new SearchState(changed, weights);
  }

  /**
   * The state after weight steps.
   *
   * @throws IllegalStateException when the branches are frozen
   */
  public SearchState withWeights(SearchSpace space, TrainingState trained) {
    FollowedTables before = running().tables();
    Weights moved = new Weights(trained, before.after(space, trained.weights()));
    return new SearchState(logits, Optional.of(moved));
  }

  /**
   * The running weights.
   *
   * @throws IllegalStateException when the branches are frozen
   */
  public Weights running() {
    return weights.orElseThrow(
        () -> new IllegalStateException("frozen branches have no running weights"));
  }

  /** Writes the state as files of a folder. */
  public void write(ModelFiles files) throws IOException {
    List<Map<String, float[]>> scales = weights.map(own -> own.tables().scales()).orElse(List.of());
    SearchFile.write(files, LOGITS, new SearchFile.Content(logits, scales));
    if (weights.isPresent()) {
      weights.get().training().write(files, TRAINING);
    }
  }

  /**
   * Reads a state written by {@link #write}.
   *
   * @param trained whether there are running weights
   * @throws IllegalArgumentException naming the file when one is missing, damaged, or of another
   *     search
   */
  private static SearchState read(ModelFiles files, SearchSpace space, boolean trained)
      throws IOException {
    Map<String, Integer> rows = new LinkedHashMap<>();
    space.unitsOfRows().forEach((name, units) -> rows.put(name, units.length));
    SearchFile.Shape shape =
        new SearchFile.Shape(
            space.unitCount(), space.precisions().size(), trained ? rows : Map.of());
    SearchFile.Content content = SearchFile.read(files, LOGITS, shape);
    if (!trained) {
      return new SearchState(content.logits(), Optional.empty());
    }
    TrainingState training = TrainingState.read(files, TRAINING, space.units().architecture());
    FollowedTables tables = FollowedTables.withScales(space, training.weights(), content.scales());
    return new SearchState(content.logits(), Optional.of(new Weights(training, tables)));
  }

  /** Reads the state of a search with frozen branches; throws as {@link #readRefit} does. */
  public static SearchState readFrozen(ModelFiles files, SearchSpace space) throws IOException {
    return read(files, space, false);
  }

  /**
   * Reads the state of a search whose branches are fitted to running weights.
   *
   * @throws IllegalArgumentException naming the file when one is missing, damaged, or of another
   *     search
   */
  public static SearchState readRefit(ModelFiles files, SearchSpace space) throws IOException {
    return read(files, space, true);
  }
}
