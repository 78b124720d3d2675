package org.bitlattice.jobs.prepare;

import java.util.Map;
import java.util.TreeMap;
import org.bitlattice.jobs.job.HadoopFolder;
import org.bitlattice.jobs.job.Stage;
import org.bitlattice.jobs.job.StageContext;
import org.bitlattice.text.CorpusSettings;

/**
 * Counts words, makes the vocabulary, and cuts the training text into segments.
 *
 * @param corpus text and vocabulary settings
 */
public record PrepareStage(CorpusSettings corpus) implements Stage.Work {
  @Override
  public Map<String, Double> run(StageContext context, HadoopFolder folder) {
    CorpusCounts counts =
        CorpusPreparation.run(
            context.spark(), corpus, context.seeds().stream("corpus"), folder.path());
    Map<String, Double> all = new TreeMap<>();
    all.put("vocabulary-words", (double) counts.vocabularyWords());
    all.put("segments", (double) counts.segments());
    all.put("dropped-tokens", (double) counts.droppedTokens());
    for (SetCounts set : java.util.List.of(counts.train(), counts.dev(), counts.eval())) {
      all.put(set.set() + "-sentences", (double) set.sentences());
      all.put(set.set() + "-empty-lines", (double) set.emptyLines());
      all.put(set.set() + "-words", (double) set.words());
      all.put(set.set() + "-unknown-words", (double) set.unknownWords());
      all.put(set.set() + "-word-types", (double) set.types());
      context
          .progress()
          .say(
              "  %-5s %,d sentences, %,d words, %,d unknown"
                  .formatted(set.set(), set.sentences(), set.words(), set.unknownWords()));
    }
    context
        .progress()
        .say(
            "  vocabulary of %,d words, %,d training segments"
                .formatted(counts.vocabularyWords(), counts.segments()));
    return all;
  }
}
