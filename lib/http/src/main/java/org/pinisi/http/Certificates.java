package org.pinisi.http;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// Certificates by server name, which can be swapped while they are in use: connections that are open go on
/// with what they began with. An exact name comes before a wildcard (`*.example.org`, which stands for one
/// label), and both before nothing; the default is for clients that ask for no name, and for unknown names
/// where the server is not strict. A client that asks for no name gets the certificate of the IP
/// address to which it connected, if there is one. Thread-safe.
public final class Certificates implements CertificateSource {
    private final ReentrantLock lock = new ReentrantLock();
    private volatile Map<String, Certified> byName = Map.of();

    /// None yet.
    public Certificates() {}

    /// Takes or replaces the certificate of this name, wildcard or IP address; the empty name is the
    /// default. A name may be written in Unicode or as DNS has it.
    public void put(String name, Certified certified) {
        requireNonNull(certified, "certified");
        String key = checked(name);
        lock.lock();
        try {
            Map<String, Certified> changed = new HashMap<>(byName);
            changed.put(key, certified);
            byName = Map.copyOf(changed);
        } finally {
            lock.unlock();
        }
    }

    /// Forgets the certificate of this name or wildcard, if there is one.
    public void remove(String name) {
        String key = checked(name);
        lock.lock();
        try {
            Map<String, Certified> changed = new HashMap<>(byName);
            changed.remove(key);
            byName = Map.copyOf(changed);
        } finally {
            lock.unlock();
        }
    }

    /// Replaces all at once.
    public void swap(Map<String, Certified> all) {
        Map<String, Certified> changed = new HashMap<>();
        all.forEach((name, certified) -> changed.put(checked(name), certified));
        lock.lock();
        try {
            byName = Map.copyOf(changed);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<Certified> find(String serverName) {
        Map<String, Certified> all = byName;
        Certified exact = all.get(serverName);
        if (exact != null || serverName.isEmpty()) {
            return Optional.ofNullable(exact);
        }
        int dot = serverName.indexOf('.');
        return dot <= 0 ? Optional.empty() : Optional.ofNullable(all.get("*" + serverName.substring(dot)));
    }

    private static String checked(String name) {
        try {
            return ServerName.key(name);
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException(
                    "server name: \"" + name
                            + "\" (expected: a host name, or *. and a host name, or an IP address, or nothing)",
                    malformed);
        }
    }
}
