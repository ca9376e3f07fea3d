package io.storeveil.retention;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Data at rest knows nothing of data in motion, and evidence is gathered, not made, by who writes it down. */
@AnalyzeClasses(packages = "io.storeveil.retention", importOptions = ImportOption.DoNotIncludeTests.class)
class LayeringTest {

    @ArchTest
    private final ArchRule knowsNoTransform = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.storeveil.connect..", "org.apache.kafka.connect..");

    @ArchTest
    private final ArchRule catalogAndCheckKnowNoSweep = noClasses()
            .that()
            .resideInAnyPackage("..retention.catalog..", "..retention.check..", "..retention.draft..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..retention.sweep..", "..retention.erase..", "..retention.expire..");

    @ArchTest
    private final ArchRule springBatchStaysInTheJob = noClasses()
            .that()
            .resideOutsideOfPackage("..retention.sweep..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.springframework.batch..");

    @ArchTest
    private final ArchRule theReportChangesNothingInTheStore = noClasses()
            .that()
            .resideInAPackage("..retention.report..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..retention.erase..", "..retention.expire..");
}
