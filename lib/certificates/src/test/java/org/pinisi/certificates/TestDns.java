package org.pinisi.certificates;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/// A name server of tests, on UDP and TCP: resolver and authority in one, with signed updates (RFC 2136).
/// Every name points to 127.0.0.1, unless it is told otherwise.
final class TestDns implements AutoCloseable {
    static final DnsProvider.TransactionKey KEY =
            new DnsProvider.TransactionKey("test-key.", "hmac-sha256", "c2VjcmV0LW9mLXRoZS10ZXN0cw==");

    private final DatagramSocket datagrams;
    private final ServerSocket streams;
    private final Map<Name, List<Record>> set = new ConcurrentHashMap<>();
    private final Set<Name> missing = ConcurrentHashMap.newKeySet();
    private final List<Record> updates = new CopyOnWriteArrayList<>();
    private volatile Optional<Path> hookFile = Optional.empty();
    private volatile Optional<Name> zone = Optional.empty();

    TestDns() throws IOException {
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        ServerSocket tcp = new ServerSocket(0, 50, loopback);
        DatagramSocket udp;
        while (true) {
            try {
                udp = new DatagramSocket(tcp.getLocalPort(), loopback);
                break;
            } catch (SocketException e) {
                // Somebody has that port on UDP.
                tcp.close();
                tcp = new ServerSocket(0, 50, loopback);
            }
        }
        streams = tcp;
        datagrams = udp;
        Thread.ofVirtual().name("test-dns-udp").start(this::serveDatagrams);
        Thread.ofVirtual().name("test-dns-tcp").start(this::serveStreams);
    }

    InetSocketAddress address() {
        return new InetSocketAddress(streams.getInetAddress(), streams.getLocalPort());
    }

    String hostAndPort() {
        return "127.0.0.1:" + streams.getLocalPort();
    }

    /// Where the name points from now on.
    void pointTo(String host, String address) {
        put(new ARecord(name(host), DClass.IN, 1, InetAddress.ofLiteral(address)));
    }

    void alias(String host, String other) {
        put(new CNAMERecord(name(host), DClass.IN, 1, name(other)));
    }

    void put(Record record) {
        set.computeIfAbsent(record.getName(), _ -> new CopyOnWriteArrayList<>()).add(record);
    }

    void missing(String host) {
        missing.add(name(host));
    }

    void found(String host) {
        missing.remove(name(host));
        set.remove(name(host));
    }

    /// The zone that has servers: this one.
    void zone(String domain) {
        zone = Optional.of(name(domain));
    }

    /// Lines `NAME VALUE` of TXT records that a hook writes.
    void readTextsFrom(Path file) {
        hookFile = Optional.of(file);
    }

    /// All records that updates have added.
    List<Record> updates() {
        return updates;
    }

    List<Record> texts(String host) {
        return set.getOrDefault(name(host), List.of());
    }

    private static Name name(String host) {
        return Questions.name(host);
    }

    private void serveDatagrams() {
        byte[] buffer = new byte[4096];
        while (!datagrams.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                datagrams.receive(packet);
                byte[] answer = answer(Arrays.copyOf(packet.getData(), packet.getLength()));
                datagrams.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            } catch (IOException e) {
                if (!datagrams.isClosed()) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    private void serveStreams() {
        while (!streams.isClosed()) {
            try (Socket socket = streams.accept()) {
                DataInputStream in = new DataInputStream(socket.getInputStream());
                byte[] question = new byte[in.readUnsignedShort()];
                in.readFully(question);
                byte[] answer = answer(question);
                DataOutputStream out = new DataOutputStream(socket.getOutputStream());
                out.writeShort(answer.length);
                out.write(answer);
                out.flush();
            } catch (IOException e) {
                if (!streams.isClosed()) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    private byte[] answer(byte[] wire) throws IOException {
        Message question = new Message(wire);
        Message answer = new Message(question.getHeader().getID());
        Header header = answer.getHeader();
        header.setFlag(Flags.QR);
        header.setFlag(Flags.AA);
        header.setOpcode(question.getHeader().getOpcode());
        if (question.getHeader().getOpcode() == Opcode.UPDATE) {
            TSIG key = new TSIG(KEY.algorithm(), KEY.name(), KEY.secret());
            boolean signed = question.getTSIG() != null && key.verify(question, wire, null) == Rcode.NOERROR;
            header.setRcode(signed ? Rcode.NOERROR : Rcode.REFUSED);
            if (signed) {
                question.getSection(Section.UPDATE).forEach(this::update);
                answer.setTSIG(key, Rcode.NOERROR, question.getTSIG());
            }
            return answer.toWire();
        }
        Record asked = question.getQuestion();
        answer.addRecord(asked, Section.QUESTION);
        if (missing.contains(asked.getName())) {
            header.setRcode(Rcode.NXDOMAIN);
        } else {
            records(asked.getName(), asked.getType()).forEach(record -> answer.addRecord(record, Section.ANSWER));
        }
        return answer.toWire();
    }

    private void update(Record record) {
        if (record.getDClass() == DClass.IN) {
            updates.add(record);
            put(record);
        } else {
            set.getOrDefault(record.getName(), List.of())
                    .removeIf(known -> known.rdataToString().equals(record.rdataToString()));
        }
    }

    private List<Record> records(Name name, int type) throws IOException {
        List<Record> found = new ArrayList<>();
        for (Record record : set.getOrDefault(name, List.of())) {
            if (record.getType() == type) {
                found.add(record);
            } else if (record instanceof CNAMERecord alias && type != Type.NS) {
                found.add(alias);
                found.addAll(records(alias.getTarget(), type));
            }
        }
        boolean told = !set.getOrDefault(name, List.of()).isEmpty();
        if (type == Type.A && !told) {
            found.add(new ARecord(name, DClass.IN, 1, streams.getInetAddress()));
        }
        if (type == Type.NS && zone.filter(name::equals).isPresent()) {
            found.add(new NSRecord(name, DClass.IN, 1, Name.fromString("ns", name)));
        }
        if (type == Type.TXT && hookFile.isPresent() && Files.exists(hookFile.get())) {
            for (String line : Files.readAllLines(hookFile.get())) {
                String[] words = line.split(" ", 2);
                if (name(words[0]).equals(name)) {
                    found.add(new TXTRecord(name, DClass.IN, 1, words[1]));
                }
            }
        }
        return found;
    }

    @Override
    public void close() throws IOException {
        streams.close();
        datagrams.close();
    }
}
