package org.bitlattice.jobs;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.ObjectInputStream;
import java.net.URI;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;

/** Holds the jobs to the edges of the house: who sees DL4J, who sees ONNX Runtime, who exits. */
class ArchitectureTest {
  private static final JavaClasses JOBS =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("org.bitlattice.jobs");

  @Test
  void onlyTheTrainingJobSeesDl4j() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.bitlattice.jobs.training..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.deeplearning4j..", "org.nd4j..")
        .allowEmptyShould(true)
        .check(JOBS);
  }

  @Test
  void noJobSeesOnnxRuntime() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("ai.onnxruntime..", "onnx..")
        .allowEmptyShould(true)
        .check(JOBS);
  }

  /** Inputs are files of others: Java's deserialisation would run what they say. */
  @Test
  void nothingIsDeserialisedAsJavaObjects() {
    noClasses().should().dependOnClassesThat().areAssignableTo(ObjectInputStream.class).check(JOBS);
  }

  /** What a user wrote becomes a path in one place, which refuses credentials. */
  @Test
  void onlyOneClassMakesAPathFromAText() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("org.bitlattice.jobs.job.HadoopPath")
        .should()
        .callConstructor(Path.class, String.class)
        .orShould()
        .callConstructor(Path.class, URI.class)
        .check(JOBS);
  }

  @Test
  void onlyMainEndsTheProcess() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("org.bitlattice.jobs.Main")
        .should()
        .callMethod(System.class, "exit", int.class)
        .allowEmptyShould(true)
        .check(JOBS);
  }
}
