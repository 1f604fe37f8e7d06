package org.pinisi.bench;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.util.Locale;
import java.util.stream.Stream;

/// Finds every name below `localhost` on this machine, as it should be (RFC 6761, section 6.3) and the C
/// library does not do everywhere, and those below `renewals.test`, which no resolver knows: the JDK's HTTP
/// client cannot be told an address and a name apart.
public final class LocalhostNames extends InetAddressResolverProvider {
    @Override
    public String name() {
        return "localhost-names";
    }

    @Override
    public InetAddressResolver get(Configuration configuration) {
        InetAddressResolver usual = configuration.builtinResolver();
        return new InetAddressResolver() {
            @Override
            public Stream<InetAddress> lookupByName(String host, LookupPolicy policy) throws UnknownHostException {
                String name = host.toLowerCase(Locale.ROOT);
                return name.endsWith(".localhost") || name.endsWith(".renewals.test")
                        ? Stream.of(InetAddress.getByAddress(host, loopback()))
                        : usual.lookupByName(host, policy);
            }

            // Under the name that was asked for, which the JDK's client puts into its TLS greeting.
            private byte[] loopback() {
                return InetAddress.getLoopbackAddress().getAddress();
            }

            @Override
            public String lookupByAddress(byte[] address) throws UnknownHostException {
                return usual.lookupByAddress(address);
            }
        };
    }
}
