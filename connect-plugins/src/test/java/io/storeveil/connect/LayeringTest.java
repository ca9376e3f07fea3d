package io.storeveil.connect;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.storeveil", importOptions = ImportOption.DoNotIncludeTests.class)
class LayeringTest {

    @ArchTest
    static final ArchRule streamsDoNotKnowTheSweep = noClasses()
            .that()
            .resideInAPackage("io.storeveil.connect..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.storeveil.retention..", "io.storeveil.demo..", "org.springframework..");

    @ArchTest
    static final ArchRule onlyStreamsKnowKafka = noClasses()
            .that()
            .resideOutsideOfPackage("io.storeveil.connect..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.kafka..", "io.debezium..", "io.storeveil.connect..");

    @ArchTest
    static final ArchRule debeziumIsKnownByItsNamesOnly =
            noClasses().should().dependOnClassesThat().resideInAPackage("io.debezium..");
}
