package org.pinisi.deployer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeployStoreTest {
    @TempDir
    Path folder;

    @Test
    void aTransactionThatReadsFirstIsNotOvertakenByAnotherConnection() throws SQLException {
        Path file = folder.resolve("pinisi.db");
        try (DeployStore store = DeployStore.open(file);
                Connection other = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = other.createStatement()) {
            statement.execute("PRAGMA busy_timeout=1");
            statement.execute("CREATE TABLE theirs (value INTEGER)");

            int written = store.write(tables -> {
                tables.createQuery("SELECT count(*) FROM theirs")
                        .mapTo(Integer.class)
                        .one();
                boolean overtaken = succeeds(statement, "INSERT INTO theirs VALUES (1)");
                assertThat(overtaken).isFalse();
                return tables.execute("INSERT INTO theirs VALUES (2)");
            });

            assertThat(written).isEqualTo(1);
            assertThat(succeeds(statement, "INSERT INTO theirs VALUES (3)")).isTrue();
        }
    }

    private static boolean succeeds(Statement statement, String sql) {
        try {
            statement.execute(sql);
            return true;
        } catch (SQLException busy) {
            return false;
        }
    }
}
