package org.bitlattice.jobs.search;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.bitlattice.jobs.job.StageContext;
import org.bitlattice.jobs.model.HeldOutText;
import org.bitlattice.search.Branches;
import org.bitlattice.search.LogitPlan;
import org.bitlattice.search.LogitState;
import org.bitlattice.search.LogitSteps;
import org.bitlattice.search.SearchSpace;
import org.bitlattice.search.SizeTerm;
import org.bitlattice.text.TokenStream;
import org.bitlattice.text.Vocabulary;

/**
 * The logit steps of a round as one Spark job: a task trains the logits of one search on one shard
 * of held-out text, and what the shards of a search reached is averaged in their order. So all
 * searches run side by side, and the result does not depend on executors or cores.
 */
final class LogitJob implements AutoCloseable {
  private final JavaSparkContext spark;
  private final SearchSpace space;
  private final JavaRDD<Shard> shards;

  /**
   * A shard of held-out text.
   *
   * @param number its number
   * @param segments word ids of equal length
   */
  private record Shard(int number, List<int[]> segments) implements Serializable {}

  /**
   * Cuts dev sentences into shards of segments.
   *
   * @param length targets of a segment
   * @param minibatch segments of a minibatch, which every shard must fill
   * @throws IllegalArgumentException naming the settings when a shard has too few segments
   */
  static LogitJob open(
      StageContext context, SearchSpace space, SearchStage stage, int length, int minibatch) {
    HeldOutText text = new HeldOutText(context);
    Vocabulary vocabulary = text.vocabulary();
    int boundary = vocabulary.boundaryId();
    int wanted = stage.search().logitSteps().sentences();
    JavaRDD<Shard> shards =
        text.sample("dev", wanted, stage.search().logitSteps().shards())
            .mapPartitionsWithIndex(
                (number, sentences) ->
                    List.of(new Shard(number, segments(sentences.next(), boundary, length)))
                        .iterator(),
                true)
            .setName("held-out shards")
            .cache();
    int fewest =
        shards.map(shard -> shard.segments().size()).collect().stream()
            .min(Integer::compare)
            .orElse(0);
    if (fewest < minibatch) {
      shards.unpersist();
      throw new IllegalArgumentException(
          "a held-out shard of the search has %d segments of %d words, less than one minibatch of %d (training.minibatch-segments); raise search.sentences or lower search.shards"
              .formatted(fewest, length, minibatch));
    }
    return new LogitJob(context.sparkContext(), space, shards);
  }

  private LogitJob(JavaSparkContext spark, SearchSpace space, JavaRDD<Shard> shards) {
    this.spark = spark;
    this.space = space;
    this.shards = shards;
  }

  private static List<int[]> segments(List<int[]> sentences, int boundary, int length) {
    List<int[]> segments = new ArrayList<>();
    new TokenStream(sentences.iterator(), boundary, length).forEachRemaining(segments::add);
    return segments;
  }

  /**
   * One search's part of the job.
   *
   * @param start its logits
   * @param branches what its network mixes, shipped already
   * @param size its size term
   */
  record Search(LogitState start, Broadcast<Branches> branches, SizeTerm size)
      implements Serializable {}

  /**
   * What the steps of one search led to.
   *
   * @param state mean of the shards
   * @param taskNats mean loss per token, without the size term
   * @param tokens predicted tokens of all shards
   */
  record Result(LogitState state, double taskNats, long tokens) {}

  private record Part(int search, int shard, LogitSteps.Progress progress)
      implements Serializable {}

  /** Takes the logit steps of a round of all searches; results in their order. */
  List<Result> run(List<Search> searches, LogitPlan plan) {
    SearchSpace searched = space;
    List<Integer> places = IntStream.range(0, searches.size()).boxed().toList();
    List<Part> parts =
        shards
            .cartesian(spark.parallelize(places, places.size()))
            .map(task -> steps(searched, searches, plan, task._2(), task._1()))
            .collect();
    return places.stream().map(place -> merged(place, parts)).toList();
  }

  private static Part steps(
      SearchSpace space, List<Search> searches, LogitPlan plan, int place, Shard shard) {
    Search search = searches.get(place);
    LogitSteps steps = new LogitSteps(space, search.branches().value(), search.size());
    return new Part(
        place, shard.number(), steps.run(search.start(), plan, shard.number(), shard.segments()));
  }

  private static Result merged(int search, List<Part> parts) {
    List<LogitSteps.Progress> own =
        parts.stream()
            .filter(part -> part.search() == search)
            .sorted(Comparator.comparingInt(Part::shard))
            .map(Part::progress)
            .toList();
    double nats = 0;
    long tokens = 0;
    for (LogitSteps.Progress progress : own) {
      nats += progress.nats();
      tokens += progress.tokens();
    }
    LogitState mean = LogitState.mean(own.stream().map(LogitSteps.Progress::state).toList());
    return new Result(mean, nats / tokens, tokens);
  }

  @Override
  public void close() {
    shards.unpersist();
  }
}
