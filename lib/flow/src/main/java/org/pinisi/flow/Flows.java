package org.pinisi.flow;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/// The keys that everyone knows, and the ways to connect that use them.
///
/// | way | priority | needs | also looks at |
/// |---|---|---|---|
/// | memory | 0 | MEMORY | |
/// | unix | 10 | UNIX_PATH | CONNECT_TIME |
/// | process | 20 | COMMAND | |
/// | tcp | 30 | HOST, PORT | ADDRESSES, RESOLVER, CONNECT_TIME |
///
/// TLS goes on top of any of them where TLS is known; see [Protocols].
public final class Flows {
    /// A name or an IP address without brackets.
    public static final Key<String> HOST = Key.of("host", String.class);

    public static final Key<Integer> PORT = Key.of("port", Integer.class);

    /// Where the host is; no name is resolved then.
    public static final Key<Addresses> ADDRESSES = Key.of("addresses", Addresses.class);

    /// Who resolves names; the operating system if unknown.
    public static final Key<NameResolver> RESOLVER = Key.of("resolver", NameResolver.class);

    public static final Key<Path> UNIX_PATH = Key.of("unix path", Path.class);

    public static final Key<PipeCommand> COMMAND = Key.of("command", PipeCommand.class);

    public static final Key<MemoryListener> MEMORY = Key.of("memory", MemoryListener.class);

    /// If known, the connection is made with TLS or not at all.
    public static final Key<TlsClient> TLS = Key.of("tls", TlsClient.class);

    /// The name that the server's certificate must hold; the host if unknown.
    public static final Key<String> SERVER_NAME = Key.of("server name", String.class);

    /// How long each try may take, and TLS on top as long again; 10 s if unknown.
    public static final Key<Duration> CONNECT_TIME = Key.of("connect time", Duration.class);

    /// The patience of the connected flow; 60 s if unknown.
    public static final Key<Duration> PATIENCE = Key.of("patience", Duration.class);

    static final Duration DEFAULT_CONNECT_TIME = Duration.ofSeconds(10);
    static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(60);
    static final Duration FOREVER = Duration.ofDays(365);
    private static final int MEMORY_BUFFER = 64 << 10;

    private Flows() {}

    /// The ways of the table above.
    public static Protocols standard() {
        return Protocols.of(
                new Protocol(
                        "memory",
                        0,
                        Set.of(MEMORY),
                        known -> known.require(MEMORY).connect()),
                new Protocol("unix", 10, Set.of(UNIX_PATH), Flows::connectUnix),
                new Protocol("process", 20, Set.of(COMMAND), known -> ProcessFlow.start(known.require(COMMAND))),
                new Protocol("tcp", 30, Set.of(HOST, PORT), Flows::connectTcp));
    }

    /// A context with this host and port.
    public static Context to(String host, int port) {
        return Context.empty().with(HOST, host).with(PORT, port);
    }

    /// Connects to the first of the host's addresses that answers (RFC 8305).
    public static Flow tcp(String host, int port, Duration time) throws IOException, InterruptedException {
        return tcp(host, HappyEyeballs.resolve(NameResolver.system(), host, time), port, time);
    }

    public static Flow unix(Path path, Duration time) throws IOException {
        return ChannelFlow.unix(path, time);
    }

    /// Starts the program; its standard input and output are the flow. What it says on its standard
    /// error, 8 KiB at most, is in the exception that reading throws if it ends with another code than
    /// 0. Closing the flow while it runs kills it with all it has started.
    public static Flow process(PipeCommand command) throws IOException {
        return ProcessFlow.start(command);
    }

    /// Two ends of a connection in memory, 64 KiB on the way in each direction at most.
    public static Flow[] pair() {
        MemoryPipe one = new MemoryPipe(MEMORY_BUFFER);
        MemoryPipe two = new MemoryPipe(MEMORY_BUFFER);
        return new Flow[] {new MemoryFlow(one, two, "memory"), new MemoryFlow(two, one, "memory")};
    }

    private static Flow connectUnix(Values known) throws IOException {
        return unix(known.require(UNIX_PATH), connectTime(known));
    }

    private static Flow connectTcp(Values known) throws IOException, InterruptedException {
        String host = known.require(HOST);
        long start = System.nanoTime();
        Duration time = connectTime(known);
        Addresses given = known.get(ADDRESSES).orElse(null);
        List<InetAddress> addresses = given != null
                ? given.all()
                : HappyEyeballs.resolve(known.get(RESOLVER).orElseGet(NameResolver::system), host, time);
        Duration left = time.minusNanos(System.nanoTime() - start);
        return tcp(host, addresses, known.require(PORT), left.isPositive() ? left : Duration.ofNanos(1));
    }

    private static Flow tcp(String host, List<InetAddress> addresses, int port, Duration time)
            throws IOException, InterruptedException {
        return new HappyEyeballs(ChannelFlow::tcp, HappyEyeballs.DELAY).connect(host, addresses, port, time);
    }

    private static Duration connectTime(Values known) {
        return known.get(CONNECT_TIME).orElse(DEFAULT_CONNECT_TIME);
    }
}
