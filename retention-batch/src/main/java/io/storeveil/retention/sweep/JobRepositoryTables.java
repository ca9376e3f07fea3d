package io.storeveil.retention.sweep;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.repository.support.JdbcJobRepositoryFactoryBean;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** Spring Batch's own tables, in the control database's schema {@code storeveil}. Advisory: the journal is the truth. */
final class JobRepositoryTables {

    private static final String PREFIX = "storeveil.BATCH_";
    private static final long LOCK = 0x76656962L;

    private JobRepositoryTables() {}

    static JobRepository open(DataSource control) throws Exception {
        create(control);
        JdbcJobRepositoryFactoryBean factory = new JdbcJobRepositoryFactoryBean();
        factory.setDataSource(control);
        factory.setTransactionManager(new JdbcTransactionManager(control));
        factory.setDatabaseType("POSTGRES");
        factory.setTablePrefix(PREFIX);
        factory.afterPropertiesSet();
        JobRepository repository = factory.getObject();
        if (repository == null) {
            throw new IllegalStateException("Spring Batch made no job repository");
        }
        return repository;
    }

    private static void create(DataSource control) throws SQLException, IOException {
        try (Connection connection = control.getConnection()) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("select pg_advisory_xact_lock(" + LOCK + ")");
                if (!present(statement)) {
                    statement.execute(script());
                }
                connection.commit();
            } catch (SQLException | RuntimeException failed) {
                connection.rollback();
                throw failed;
            }
        }
    }

    private static boolean present(Statement statement) throws SQLException {
        try (ResultSet found =
                statement.executeQuery("select to_regclass('storeveil.batch_job_instance') is not null")) {
            return found.next() && found.getBoolean(1);
        }
    }

    private static String script() throws IOException {
        try (InputStream script =
                JobRepository.class.getResourceAsStream("/org/springframework/batch/core/schema-postgresql.sql")) {
            if (script == null) {
                throw new IllegalStateException("Spring Batch's schema for PostgreSQL is not on the class path");
            }
            return new String(script.readAllBytes(), StandardCharsets.UTF_8).replace("BATCH_", PREFIX);
        }
    }
}
