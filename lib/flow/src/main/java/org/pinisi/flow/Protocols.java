package org.pinisi.flow;

import static java.util.Comparator.comparingInt;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The ways to connect that one program knows. Immutable and thread-safe; there is no registry beside it.
///
/// Ways are tried by priority, lower first, those of equal priority in the order in which they were
/// given. If the context holds [Flows#TLS], every way gets TLS on top and none is tried without.
public final class Protocols {
    private static final Logger LOG = LoggerFactory.getLogger(Protocols.class);

    private final List<Protocol> ordered;

    private Protocols(List<Protocol> protocols) {
        this.ordered =
                protocols.stream().sorted(comparingInt(Protocol::priority)).toList();
    }

    public static Protocols of(Protocol... protocols) {
        return new Protocols(List.of(protocols));
    }

    /// These and one more, behind those of its priority.
    public Protocols and(Protocol protocol) {
        List<Protocol> more = new ArrayList<>(ordered);
        more.add(protocol);
        return new Protocols(more);
    }

    /// Connects in the first way that works. The caller closes the flow.
    ///
    /// @throws FlowException if none works; it holds every failed try
    /// @throws InterruptedException if the thread was interrupted; nothing stays open
    public Flow resolve(Context context) throws InterruptedException {
        Values known = new Lookup(context);
        List<FailedTry> tries = new ArrayList<>();
        for (Protocol protocol : ordered) {
            try {
                if (protocol.needs().stream().allMatch(need -> known.get(need).isPresent())) {
                    return connect(protocol, known);
                }
            } catch (SocketTimeoutException e) {
                tries.add(failed(protocol, e));
            } catch (InterruptedIOException e) {
                throw interrupted(e);
            } catch (FlowException e) {
                throw e;
            } catch (IOException | RuntimeException e) {
                tries.add(failed(protocol, e));
            }
        }
        throw tries.isEmpty() ? nothingToTry(known) : new FlowException(tries);
    }

    private static Flow connect(Protocol protocol, Values known) throws IOException, InterruptedException {
        Flow flow = protocol.connector().connect(known);
        boolean done = false;
        try {
            TlsClient tls = known.get(Flows.TLS).orElse(null);
            Flow result = tls == null ? flow : secured(tls, flow, known);
            result.patience(known.get(Flows.PATIENCE).orElse(Flows.DEFAULT_PATIENCE));
            done = true;
            return result;
        } finally {
            if (!done) {
                flow.close();
            }
        }
    }

    private static Flow secured(TlsClient tls, Flow flow, Values known) throws IOException {
        String name = known.get(Flows.SERVER_NAME)
                .or(() -> known.get(Flows.HOST))
                .orElseThrow(() -> new FlowException(
                        "TLS over " + flow.description() + " needs the server's name; give " + Flows.SERVER_NAME));
        return tls.over(flow, name, known.get(Flows.CONNECT_TIME).orElse(Flows.DEFAULT_CONNECT_TIME));
    }

    private static FailedTry failed(Protocol protocol, Exception cause) {
        LOG.debug("event=connect-failed protocol={} reason=\"{}\"", protocol.name(), cause.toString());
        return new FailedTry(protocol.name(), cause);
    }

    private FlowException nothingToTry(Values known) {
        String missing = ordered.stream()
                .map(protocol -> protocol.name() + " needs "
                        + protocol.needs().stream()
                                .filter(need -> known.get(need).isEmpty())
                                .map(Key::name)
                                .sorted()
                                .collect(Collectors.joining(" and ")))
                .collect(Collectors.joining(", "));
        return new FlowException("there is no way to connect" + (missing.isEmpty() ? "" : ": " + missing));
    }

    private static InterruptedException interrupted(InterruptedIOException cause) {
        // The flag is taken back, as the exception takes its place.
        Thread.interrupted();
        InterruptedException interrupted = new InterruptedException("interrupted while connecting");
        interrupted.initCause(cause);
        return interrupted;
    }
}
