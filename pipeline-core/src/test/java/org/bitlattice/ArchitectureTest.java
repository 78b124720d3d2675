package org.bitlattice;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.ObjectInputStream;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the packages of the core to the table of who may import whom. */
class ArchitectureTest {
  private static final String ROOT = "org.bitlattice.";

  /** Package → what it may import of ours. A package that is missing here is refused. */
  private static final Map<String, Set<String>> MAY_IMPORT =
      Map.ofEntries(
          entry("text", Set.of()),
          entry("lm", Set.of("text")),
          entry("lm.training", Set.of("lm", "text")),
          entry("lm.scoring", Set.of("lm", "text", "quant")),
          entry("quant", Set.of("lm", "text")),
          entry("lowbit", Set.of("lm", "text", "quant", "lm.training")),
          entry(
              "sensitivity",
              Set.of("lm", "text", "quant", "lm.training", "lm.scoring", "allocation")),
          entry("allocation", Set.of("lm", "text", "quant")),
          entry("search", Set.of("lm", "text", "quant", "lm.training")),
          entry("lattice", Set.of("text")),
          entry("ngram", Set.of("text")),
          entry("rescoring", Set.of("text", "lattice", "ngram", "lm.scoring", "scoring")),
          entry("scoring", Set.of()),
          entry("report", Set.of("run")),
          entry("run", Set.of()),
          entry("sample", Set.of("text")));

  /** Reads settings into the records of all the others; nobody imports it. */
  private static final String SETTINGS = "settings";

  private static final JavaClasses CORE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("org.bitlattice");

  @Test
  void everyClassLivesInAPackageOfTheTable() {
    String[] known =
        Stream.concat(MAY_IMPORT.keySet().stream(), Stream.of(SETTINGS))
            .map(name -> ROOT + name)
            .toArray(String[]::new);
    classes().should().resideInAnyPackage(known).check(CORE);
  }

  static Stream<String> packagesOfTheTable() {
    return MAY_IMPORT.keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("packagesOfTheTable")
  void aPackageImportsOnlyWhatTheTableAllows(String name) {
    String[] allowed =
        Stream.concat(Stream.of(name), MAY_IMPORT.get(name).stream())
            .map(other -> ROOT + other)
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage(ROOT + name)
        .should()
        .dependOnClassesThat(
            resideInAPackage("org.bitlattice..").and(not(resideInAnyPackage(allowed))))
        .allowEmptyShould(true)
        .check(CORE);
  }

  @Test
  void onlyTrainingSeesDl4jAndScoringNoMoreOfItThanTheOnnxClasses() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + "lm.training", ROOT + "lm.scoring")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.nd4j..", "org.deeplearning4j..", "org.bytedeco..", "onnx..")
        .check(CORE);
    noClasses()
        .that()
        .resideInAPackage(ROOT + "lm.scoring")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("org.nd4j..", "org.deeplearning4j..", "org.bytedeco..")
                .and(not(resideInAPackage("org.nd4j.shade.protobuf.."))))
        .allowEmptyShould(true)
        .check(CORE);
  }

  @Test
  void onlyScoringSeesOnnxRuntime() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "lm.scoring")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.onnxruntime..")
        .check(CORE);
  }

  @Test
  void nobodySeesAnEngine() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.spark..", "org.apache.hadoop..", "scala..")
        .check(CORE);
  }

  @Test
  void packagesFormNoCycle() {
    slices().matching("org.bitlattice.(**)").should().beFreeOfCycles().check(CORE);
  }

  /** Inputs are files of others: Java's deserialisation would run what they say. */
  @Test
  void nothingIsDeserialisedAsJavaObjects() {
    noClasses().should().dependOnClassesThat().areAssignableTo(ObjectInputStream.class).check(CORE);
  }

  @Test
  void onlyTheEntryPointEndsTheProcess() {
    noClasses().should().callMethod(System.class, "exit", int.class).check(CORE);
  }
}
