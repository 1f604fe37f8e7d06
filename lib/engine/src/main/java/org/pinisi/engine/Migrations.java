package org.pinisi.engine;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/// The store's tables, in the order in which they came to be. A step is never changed once released, only
/// followed by another.
final class Migrations {
    private static final List<List<String>> STEPS = List.of(List.of(
            """
            CREATE TABLE engine_job (
                id TEXT NOT NULL PRIMARY KEY,
                operation TEXT NOT NULL,
                key TEXT NOT NULL,
                build INTEGER NOT NULL,
                description TEXT NOT NULL,
                value TEXT NOT NULL,
                state TEXT NOT NULL,
                outcome TEXT NOT NULL,
                message TEXT,
                rebuild INTEGER NOT NULL,
                created INTEGER NOT NULL,
                started INTEGER,
                finished INTEGER,
                UNIQUE (operation, key, build))
            """,
            "CREATE INDEX engine_job_created ON engine_job (created)",
            "CREATE INDEX engine_job_unfinished ON engine_job (created) WHERE finished IS NULL"));

    private Migrations() {}

    static void apply(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS engine_schema (step INTEGER NOT NULL PRIMARY KEY)");
        }
        int done = done(connection);
        if (done > STEPS.size()) {
            throw new SQLException("it was written by a newer version (step " + done + ", this program knows "
                    + STEPS.size() + "); start that version");
        }
        for (int step = done + 1; step <= STEPS.size(); step++) {
            apply(connection, step);
        }
    }

    private static int done(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT COALESCE(MAX(step), 0) FROM engine_schema")) {
            row.next();
            return row.getInt(1);
        }
    }

    private static void apply(Connection connection, int step) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement();
                PreparedStatement mark = connection.prepareStatement("INSERT INTO engine_schema VALUES (?)")) {
            for (String sql : STEPS.get(step - 1)) {
                statement.execute(sql);
            }
            mark.setInt(1, step);
            mark.executeUpdate();
            connection.commit();
        } catch (SQLException failure) {
            connection.rollback();
            throw failure;
        } finally {
            connection.setAutoCommit(true);
        }
    }
}
