package org.pinisi.deployer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/// The one connection to the deployer's tables in `pinisi.db`, and their schema.
///
/// SQLite has one writer at a time anyway; one connection behind a lock is the simplest thing that is
/// right, and its calls take well under a millisecond. Safe for any number of threads. The rooms of the
/// house share the file, not the tables.
final class DeployStore implements AutoCloseable {
    private static final List<String> SCHEMA = List.of("schema-1.sql", "schema-2.sql");

    private final ReentrantLock lock = new ReentrantLock();
    private final Connection connection;
    private final Handle handle;

    private DeployStore(Connection connection) {
        this.connection = connection;
        this.handle = Jdbi.create(connection).open();
    }

    /// Opens the file, makes it when there is none, and brings its tables up to date.
    ///
    /// @throws DeployerException when the file cannot be opened or is of a newer version
    static DeployStore open(Path file) {
        try {
            Properties properties = new Properties();
            // A transaction that reads before it writes would fail at once, and not wait, when another connection has
            // written in between; one that says from its start that it will write waits its turn.
            properties.setProperty("transaction_mode", "IMMEDIATE");
            Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file, properties);
            DeployStore store = new DeployStore(connection);
            store.prepare(file);
            return store;
        } catch (SQLException failure) {
            throw new DeployerException(
                    DeployerException.Kind.FAILED,
                    "cannot open the database " + file + ": " + failure.getMessage(),
                    failure);
        }
    }

    private void prepare(Path file) {
        handle.execute("PRAGMA journal_mode=WAL");
        // Full: a release or a chosen version must survive a power cut once somebody was told of it.
        handle.execute("PRAGMA synchronous=FULL");
        handle.execute("PRAGMA busy_timeout=10000");
        handle.execute("PRAGMA foreign_keys=ON");
        handle.execute("CREATE TABLE IF NOT EXISTS deployer_schema (version INTEGER NOT NULL)");
        int version = handle.createQuery("SELECT coalesce(max(version), 0) FROM deployer_schema")
                .mapTo(Integer.class)
                .one();
        if (version > SCHEMA.size()) {
            throw DeployerException.failed(
                    "%s was written by a newer Pinisi (schema %d, this one knows %d); start that version, or restore a backup"
                            .formatted(file, version, SCHEMA.size()));
        }
        for (int next = version; next < SCHEMA.size(); next++) {
            int step = next;
            write(tables -> {
                tables.createScript(resource(SCHEMA.get(step))).execute();
                return tables.execute("INSERT INTO deployer_schema (version) VALUES (?)", step + 1);
            });
        }
    }

    /// Runs `work` with the tables; nothing else touches them meanwhile.
    <T> T read(Function<Handle, T> work) {
        lock.lock();
        try {
            return work.apply(handle);
        } finally {
            lock.unlock();
        }
    }

    /// Runs `work` as one transaction: all of it, or nothing when it throws.
    <T> T write(Function<Handle, T> work) {
        lock.lock();
        try {
            return handle.inTransaction(work::apply);
        } finally {
            lock.unlock();
        }
    }

    private static String resource(String name) {
        try (InputStream stream = DeployStore.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw DeployerException.failed("this build of Pinisi lacks its file " + name);
            }
            return new String(stream.readAllBytes(), UTF_8);
        } catch (IOException failure) {
            throw new DeployerException(DeployerException.Kind.FAILED, "cannot read " + name, failure);
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            handle.close();
            connection.close();
        } catch (SQLException failure) {
            throw new DeployerException(DeployerException.Kind.FAILED, "cannot close the database", failure);
        } finally {
            lock.unlock();
        }
    }
}
