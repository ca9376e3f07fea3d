package io.storeveil;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows of this module point one way: policy to protect to keys, control to keys. */
@AnalyzeClasses(packages = "io.storeveil", importOptions = ImportOption.DoNotIncludeTests.class)
class LayeringTest {

    private static final String[] WORLD = {
        "org.apache.kafka..", "io.debezium..", "org.springframework..", "java.sql..", "javax.sql..", "org.jooq.."
    };

    @ArchTest
    static final ArchRule keysKnowOnlyThemselves = noClasses()
            .that()
            .resideInAPackage("io.storeveil.keys")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.storeveil.protect..", "io.storeveil.policy..", "io.storeveil.control..");

    @ArchTest
    static final ArchRule protectionsKnowOnlyKeys = noClasses()
            .that()
            .resideInAPackage("io.storeveil.protect")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.storeveil.policy..", "io.storeveil.control..");

    @ArchTest
    static final ArchRule controlKnowsOnlyKeys = noClasses()
            .that()
            .resideInAPackage("io.storeveil.control")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.storeveil.policy..", "io.storeveil.protect..");

    @ArchTest
    static final ArchRule theLoaderKnowsNothingOfControl = noClasses()
            .that()
            .resideInAPackage("io.storeveil.policy")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.storeveil.control..");

    @ArchTest
    static final ArchRule nobodyHereKnowsKafkaSpringOrJdbc = noClasses()
            .that()
            .resideInAnyPackage("io.storeveil.keys", "io.storeveil.protect", "io.storeveil.policy")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(WORLD);
}
