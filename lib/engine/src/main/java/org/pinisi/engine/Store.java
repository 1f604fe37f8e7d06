package org.pinisi.engine;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Results and history of jobs in SQLite: one row a run, written when it begins and when it ends. Each write is
/// on the disk when its method returns. Readers have a connection of their own, so the engine thread does not
/// wait for a job's write. Safe for any number of threads.
final class Store implements AutoCloseable {
    /// A row that holds a result.
    record Stored(String jobId, String value, boolean good, String text, Instant finished) {}

    /// What is remembered of one operation and key: the last result, and whether it still counts.
    record Memory(Optional<Stored> result, boolean counts) {}

    private static final String INFO =
            "id, operation, key, description, build, state, rebuild, created, started, finished, message";

    private final String place;
    private final Connection writer;
    private final Connection reader;
    private final ReentrantLock writing = new ReentrantLock();
    private final ReentrantLock reading;

    private Store(String place, Connection writer, Connection reader) {
        this.place = place;
        this.writer = writer;
        this.reader = reader;
        this.reading = writer.equals(reader) ? writing : new ReentrantLock();
    }

    static Store open(EngineStore where) {
        String place = where.file().map(Path::toString).orElse("the memory store");
        String address = "jdbc:sqlite:" + where.file().map(Path::toString).orElse(":memory:");
        Connection writer = null;
        try {
            writer = connect(address);
            Migrations.apply(writer);
            Connection reader = where.file().isPresent() ? connect(address) : writer;
            return new Store(place, writer, reader);
        } catch (SQLException failure) {
            closeAfter(failure, writer);
            throw new EngineException(
                    "cannot use " + place + " as the engine's store: " + failure.getMessage()
                            + "; check that its folder exists, can be written and is not full",
                    failure);
        }
    }

    private static void closeAfter(SQLException failure, @Nullable Connection writer) {
        try {
            if (writer != null) {
                writer.close();
            }
        } catch (SQLException second) {
            failure.addSuppressed(second);
        }
    }

    private static Connection connect(String address) throws SQLException {
        Connection connection = DriverManager.getConnection(address);
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 10000");
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("PRAGMA synchronous = FULL");
        }
        return connection;
    }

    /// Writes that a run begins; answers its number.
    int begin(JobInfo info, String value) {
        return write("""
                INSERT INTO engine_job (id, operation, key, description, value, state, rebuild, created, outcome, build)
                VALUES (?, ?, ?, ?, ?, ?, 0, ?, '',
                    1 + COALESCE((SELECT MAX(build) FROM engine_job WHERE operation = ? AND key = ?), 0))
                RETURNING build
                """, statement -> {
            bind(
                    statement,
                    info.id(),
                    info.operation(),
                    info.key(),
                    info.description(),
                    value,
                    info.state().name(),
                    info.created().toEpochMilli(),
                    info.operation(),
                    info.key());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        });
    }

    /// Writes how a run ended.
    void end(JobInfo info, String outcome) {
        write("""
                UPDATE engine_job SET state = ?, rebuild = ?, started = ?, finished = ?, message = ?, outcome = ?
                WHERE id = ? AND finished IS NULL
                """, statement -> {
            bind(
                    statement,
                    info.state().name(),
                    info.rebuild() ? 1 : 0,
                    info.started().map(Instant::toEpochMilli).orElse(null),
                    info.finished().map(Instant::toEpochMilli).orElse(null),
                    info.message().orElse(null),
                    outcome,
                    info.id());
            return statement.executeUpdate();
        });
    }

    /// Lets no result of this key count any more.
    void forget(String operation, String key) {
        write("UPDATE engine_job SET rebuild = 1 WHERE operation = ? AND key = ?", statement -> {
            bind(statement, operation, key);
            return statement.executeUpdate();
        });
    }

    /// The last result of this key. It counts unless it was told to be forgotten or a later run came to no
    /// result, which leaves the outside in an unknown state.
    Memory recall(String operation, String key) {
        List<Memory> rows = read(
                """
                SELECT id, value, state, COALESCE(message, ''), outcome, finished, rebuild = 0 AND build =
                    (SELECT MAX(build) FROM engine_job WHERE operation = ? AND key = ?)
                FROM engine_job WHERE operation = ? AND key = ? AND state IN ('SUCCEEDED', 'FAILED', 'CANCELLED')
                ORDER BY build DESC LIMIT 1
                """,
                row -> {
                    boolean good = row.getString(3).equals(JobState.SUCCEEDED.name());
                    Instant finished = Instant.ofEpochMilli(row.getLong(6));
                    Stored stored =
                            new Stored(row.getString(1), row.getString(2), good, row.getString(good ? 5 : 4), finished);
                    return new Memory(Optional.of(stored), row.getBoolean(7));
                },
                operation,
                key,
                operation,
                key);
        return rows.isEmpty() ? new Memory(Optional.empty(), false) : rows.getFirst();
    }

    Optional<JobInfo> find(String id) {
        return read("SELECT " + INFO + " FROM engine_job WHERE id = ?", Store::info, id).stream()
                .findFirst();
    }

    List<JobInfo> history(JobQuery query) {
        String prefix = query.idPrefix().orElse("");
        String state = query.state().map(JobState::name).orElse("");
        return read(
                "SELECT " + INFO + """
                 FROM engine_job
                WHERE (? = '' OR operation = ?) AND (? = '' OR key = ?) AND substr(id, 1, length(?)) = ?
                    AND (? = '' OR state = ?)
                ORDER BY created DESC, rowid DESC LIMIT ?
                """,
                Store::info,
                query.operation().orElse(""),
                query.operation().orElse(""),
                query.key().map(Texts::stored).orElse(""),
                query.key().map(Texts::stored).orElse(""),
                prefix,
                prefix,
                state,
                state,
                query.limit());
    }

    /// Deletes what ended before `limit` and is older than the last result of its key; answers the ids.
    List<String> prune(Instant limit) {
        return write("""
                DELETE FROM engine_job WHERE finished < ? AND build <
                    (SELECT MAX(later.build) FROM engine_job later
                     WHERE later.operation = engine_job.operation AND later.key = engine_job.key
                         AND later.state IN ('SUCCEEDED', 'FAILED', 'CANCELLED'))
                RETURNING id
                """, statement -> {
            bind(statement, limit.toEpochMilli());
            List<String> ids = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    ids.add(row.getString(1));
                }
            }
            return ids;
        });
    }

    /// Closes the rows of runs that a crash cut off; answers them.
    List<JobInfo> closeLost(Instant now) {
        List<JobInfo> lost =
                read("SELECT " + INFO + " FROM engine_job WHERE finished IS NULL ORDER BY rowid", Store::info);
        write("""
                UPDATE engine_job SET state = 'LOST', rebuild = 1, finished = ?,
                    message = 'the program ended while this job was under way; it runs again under a new id'
                WHERE finished IS NULL
                """, statement -> {
            bind(statement, now.toEpochMilli());
            return statement.executeUpdate();
        });
        return lost;
    }

    private static JobInfo info(ResultSet row) throws SQLException {
        return new JobInfo(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getInt(5),
                JobState.valueOf(row.getString(6)),
                row.getBoolean(7),
                Instant.ofEpochMilli(row.getLong(8)),
                instant(row, 9),
                instant(row, 10),
                Optional.ofNullable(row.getString(11)));
    }

    private static Optional<Instant> instant(ResultSet row, int column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }

    private interface Work<R> {
        R with(PreparedStatement statement) throws SQLException;
    }

    private interface RowReader<R> {
        R read(ResultSet row) throws SQLException;
    }

    private static void bind(PreparedStatement statement, @Nullable Object... values) throws SQLException {
        for (int index = 0; index < values.length; index++) {
            statement.setObject(index + 1, values[index]);
        }
    }

    private <R> R write(String sql, Work<R> work) {
        writing.lock();
        try (PreparedStatement statement = writer.prepareStatement(sql)) {
            return work.with(statement);
        } catch (SQLException failure) {
            throw new EngineException(
                    "cannot write to " + place + ": " + failure.getMessage()
                            + "; check the space and the rights on its disk",
                    failure);
        } finally {
            writing.unlock();
        }
    }

    private <R> List<R> read(String sql, RowReader<R> mapper, Object... values) {
        reading.lock();
        try (PreparedStatement statement = reader.prepareStatement(sql)) {
            bind(statement, values);
            List<R> rows = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    rows.add(mapper.read(row));
                }
            }
            return rows;
        } catch (SQLException failure) {
            throw new EngineException("cannot read " + place + ": " + failure.getMessage(), failure);
        } finally {
            reading.unlock();
        }
    }

    @Override
    public void close() {
        reading.lock();
        writing.lock();
        try {
            reader.close();
            writer.close();
        } catch (SQLException failure) {
            throw new EngineException("cannot close " + place + ": " + failure.getMessage(), failure);
        } finally {
            writing.unlock();
            reading.unlock();
        }
    }
}
