package org.pinisi.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import org.pinisi.http.Address;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// An address to listen on, as a flag gives it: `127.0.0.1:8080`, `[::1]:8080`, `:8080` for the loopback
/// address; port 0 is any free port.
///
/// @param host a literal address or a name
/// @param port 0 to 65535
record Listen(String host, int port) {
    private static final int MAX_PORT = 65_535;

    static Listen parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            throw new TypeConversionException("expected ADDR:PORT, such as 127.0.0.1:8080, found \"" + text + "\"");
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            throw new TypeConversionException("an IPv6 address is written in brackets: [" + host + "]:PORT");
        }
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (port < 0 || port > MAX_PORT) {
                throw new TypeConversionException("the port must be 0 to 65535, found " + port);
            }
            return new Listen(host.isEmpty() ? "127.0.0.1" : host, port);
        } catch (NumberFormatException notANumber) {
            throw new TypeConversionException(
                    "expected a port number after the colon, found \"" + text.substring(colon + 1) + "\"");
        }
    }

    /// For picocli.
    static final class Converter implements ITypeConverter<Listen> {
        @Override
        public Listen convert(String value) {
            return parse(value);
        }
    }

    Address.Inet address() {
        return new Address.Inet(host, port);
    }

    Listen withPort(int other) {
        return new Listen(host, other);
    }

    boolean isLoopback() {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException unknown) {
            return false;
        }
    }

    /// Whether we could listen here now.
    boolean isFree() {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(host, port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    /// Takes a free port now, when any will do: the one that was used last where it is still free, so that
    /// addresses stay.
    Listen chosen(DataFolder data, String name) {
        if (port != 0) {
            return this;
        }
        Listen last = data.remembered("last-" + name)
                .filter(text -> text.matches("\\d{1,5}"))
                .map(text -> withPort(Integer.parseInt(text)))
                .orElse(this);
        if (last.port != 0 && last.isFree()) {
            return last;
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(host, 0));
            return withPort(socket.getLocalPort());
        } catch (IOException failure) {
            throw new CommandException(
                    ExitCodes.FAILED, "cannot listen on " + this + " (--" + name + "): " + failure.getMessage());
        }
    }

    /// @throws CommandException that names the flag
    void refuseWhenTaken(String flag) {
        if (!isFree()) {
            throw new CommandException(
                    ExitCodes.FAILED,
                    "%s is taken or not ours to use; choose another address with --%s ADDR:PORT (port 0: any free one)"
                            .formatted(this, flag));
        }
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
