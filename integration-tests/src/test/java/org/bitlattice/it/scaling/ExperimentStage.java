package org.bitlattice.it.scaling;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which stage of the experiment a Spark job belongs to, by the words that describe the job. */
final class ExperimentStage {
  private record Rule(Pattern description, String stage) {}

  private static final List<Rule> RULES =
      List.of(
          rule("prepare: .*", "prepare"),
          rule("training round .*|dev perplexity after training round .*", "train"),
          rule("(sensitivity/.+): shards .*", "$1"),
          rule("(.+): ADMM round .*", "quantize/$1"),
          rule("perplexity of (.+)", "quantize/$1"),
          rule("rescoring (.+) with (.+)", "rescore/$2/$1"),
          rule("scoring .* transcripts", "score"));

  private ExperimentStage() {}

  /** The stage's name; a job that a stage does not describe bears that name already. */
  static String of(String description) {
    for (Rule rule : RULES) {
      Matcher matcher = rule.description().matcher(description);
      if (matcher.matches()) {
        return matcher.replaceAll(rule.stage());
      }
    }
    return description;
  }

  private static Rule rule(String description, String stage) {
    return new Rule(Pattern.compile(description), stage);
  }
}
