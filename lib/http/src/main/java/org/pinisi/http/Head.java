package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The head of one HTTP/1.1 message (RFC 9112), parsed in place: start line and fields as offsets, framing
/// computed.
///
/// One object serves a whole connection, message after message; nothing is allocated for a message save when
/// the arrays must grow. Not thread-safe: it belongs to the connection's thread.
///
/// **Use.** Call [#parse(ByteBuf)] with a buffer whose reader index stands at the message's first byte.
/// `false` means "more bytes needed": append them and call again (the buffer may be another one, as long as
/// the bytes from the reader index on are the same), work already done is not repeated. `true` means
/// complete: the head is the [#length()] bytes from the reader index; take them with `skipBytes`, read the
/// body (see [BodyDecoder]), then [#reset()].
///
/// **Offsets** count from the head's first byte: `buffer.readerIndex() + valueStart(i)` in the buffer as it
/// stood when parsing ended, and `bytes()[valueStart(i)]` in the parser's own copy, which stays valid until
/// the next reset even if the buffer was released.
///
/// **Strictness.** Refused: bare CR or LF, folded lines, space before a colon, control characters and NUL, a
/// missing, repeated or malformed Host, Content-Length with Transfer-Encoding, a repeated or malformed
/// Content-Length, any transfer coding but a single chunked, a version that is not 1.0 or 1.1, and whatever
/// exceeds [HttpLimits]. One empty line before a request is skipped (the reader index moves over it). The
/// HttpException's status is the one to answer with; a gateway answers 502 in place of it when the bad head
/// is an origin's.
public final class Head {
    private final boolean request;
    private final HeadScanner scanner;
    private boolean[] hops = new boolean[16];
    private boolean answerToHead;
    private boolean ruled;

    int pathStart;
    int hostStart;
    int hostEnd;
    int authorityEnd;
    int minorVersion;
    long contentLength = -1;
    boolean keepAlive;
    boolean upgrade;
    boolean expectsContinue;
    Framing framing = Framing.NONE;
    TargetForm form = TargetForm.ORIGIN;

    private Head(HttpLimits limits, boolean request) {
        this.request = request;
        this.scanner = new HeadScanner(limits, request);
        this.scanner.reset();
    }

    /// A parser for the requests of one connection.
    public static Head forRequests(HttpLimits limits) {
        return new Head(limits, true);
    }

    /// A parser for the answers of one connection.
    public static Head forAnswers(HttpLimits limits) {
        return new Head(limits, false);
    }

    /// Forgets the message, ready for the next one.
    public void reset() {
        reset(false);
    }

    /// Forgets the message, ready for the next one; `answerToHead` says that it answers a HEAD request and so
    /// has no body whatever its fields say.
    public void reset(boolean newAnswerToHead) {
        Arrays.fill(hops, 0, Math.min(hops.length, scanner.count), false);
        scanner.reset();
        answerToHead = newAnswerToHead;
        ruled = false;
        pathStart = 0;
        hostStart = 0;
        hostEnd = 0;
        authorityEnd = 0;
        contentLength = -1;
        keepAlive = false;
        upgrade = false;
        expectsContinue = false;
        framing = Framing.NONE;
        form = TargetForm.ORIGIN;
    }

    /// Goes on with what the buffer holds; the class comment says how.
    ///
    /// @return whether the head is complete
    /// @throws HttpException if the head is malformed or too large; the parser is then unusable until reset
    public boolean parse(ByteBuf in) {
        if (ruled) {
            return true;
        }
        if (!scanner.scan(in)) {
            return false;
        }
        if (hops.length < scanner.count) {
            hops = new boolean[scanner.kinds.length];
        }
        minorVersion = scanner.minorVersion;
        if (request) {
            pathStart = targetStart();
            RequestRules.apply(this);
        } else {
            AnswerRules.apply(this, answerToHead);
        }
        ruled = true;
        return true;
    }

    static HttpException bad(String message) {
        return new HttpException(400, "malformed HTTP message: " + message);
    }

    /// Whether parsing has begun: some bytes of a head were seen since the last reset.
    public boolean isStarted() {
        return scanner.copied > 0;
    }

    /// Whether a whole head was parsed.
    public boolean isComplete() {
        return ruled;
    }

    public boolean isRequest() {
        return request;
    }

    /// The number of bytes of the head, from its first byte to the empty line that ends it, both included.
    public int length() {
        return scanner.position;
    }

    /// The parser's copy of the head: the first [#length()] bytes. Borrowed: not to be changed, valid until
    /// the reset.
    public byte[] bytes() {
        return scanner.bytes;
    }

    /// Appends the bytes from offset `from` to offset `to` (exclusive).
    public void copyTo(ByteBuf out, int from, int to) {
        out.writeBytes(scanner.bytes, from, to - from);
    }

    /// The text between two offsets, one character a byte (ISO 8859-1).
    public String text(int from, int to) {
        return new String(scanner.bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    /// The method begins at offset 0 and ends here.
    public int methodEnd() {
        return scanner.methodEnd;
    }

    public boolean methodIs(String method) {
        return Ascii.equals(scanner.bytes, 0, scanner.methodEnd, method);
    }

    public String method() {
        return methodIs("GET")
                ? "GET"
                : methodIs("POST") ? "POST" : methodIs("HEAD") ? "HEAD" : text(0, scanner.methodEnd);
    }

    public int targetStart() {
        return scanner.methodEnd + 1;
    }

    public int targetEnd() {
        return scanner.targetEnd;
    }

    public String target() {
        return text(targetStart(), scanner.targetEnd);
    }

    public TargetForm form() {
        return form;
    }

    /// Where the path begins: the target's start, or behind the authority of the absolute form. Equal to
    /// [#pathEnd()] if the absolute form has no path, which means "/".
    public int pathStart() {
        return pathStart;
    }

    /// Where the path ends: before the question mark or at the target's end.
    public int pathEnd() {
        return scanner.queryStart < 0 ? scanner.targetEnd : scanner.queryStart - 1;
    }

    /// Where the query begins, behind the question mark, or -1. It ends with the target.
    public int queryStart() {
        return scanner.queryStart;
    }

    /// The host's name, without port, of the Host field or the absolute or authority form; empty (start =
    /// end) only in HTTP/1.0 without Host. An IPv6 literal keeps its brackets.
    public int hostStart() {
        return hostStart;
    }

    public int hostEnd() {
        return hostEnd;
    }

    /// Where host and port together end.
    public int authorityEnd() {
        return authorityEnd;
    }

    /// The host's name without port, in lower case, empty if there is none.
    public String host() {
        return text(hostStart, hostEnd).toLowerCase(Locale.ROOT);
    }

    /// 0 for HTTP/1.0, 1 for HTTP/1.1.
    public int minorVersion() {
        return minorVersion;
    }

    /// Where the eight bytes `HTTP/1.1` begin.
    public int versionStart() {
        return scanner.versionStart;
    }

    /// An answer's status code, 100 to 599; 0 for a request.
    public int status() {
        return scanner.status;
    }

    public int reasonStart() {
        return scanner.reasonStart;
    }

    public int reasonEnd() {
        return scanner.reasonEnd;
    }

    /// The offset of the first field line.
    public int fieldsStart() {
        return scanner.fieldsStart;
    }

    /// The offset of the empty line that ends the head.
    public int fieldsEnd() {
        return scanner.fieldsEnd;
    }

    public int fieldCount() {
        return scanner.count;
    }

    public int nameStart(int index) {
        return scanner.offsets[index * HeadScanner.INTS];
    }

    public int nameEnd(int index) {
        return scanner.offsets[index * HeadScanner.INTS + 1];
    }

    /// Without the blanks around the value.
    public int valueStart(int index) {
        return scanner.offsets[index * HeadScanner.INTS + 2];
    }

    public int valueEnd(int index) {
        return scanner.offsets[index * HeadScanner.INTS + 3];
    }

    /// Where the field's line ends, its line feed included: the next line's start.
    public int lineEnd(int index) {
        return index + 1 < scanner.count ? nameStart(index + 1) : scanner.fieldsEnd;
    }

    public KnownField kind(int index) {
        return HeadScanner.KINDS[scanner.kinds[index]];
    }

    public String name(int index) {
        KnownField kind = kind(index);
        return kind == KnownField.OTHER ? text(nameStart(index), nameEnd(index)) : kind.text();
    }

    public String value(int index) {
        return text(valueStart(index), valueEnd(index));
    }

    /// The index of the first such field, or -1.
    public int index(KnownField field) {
        return scanner.first[field.slot()];
    }

    public boolean has(KnownField field) {
        return scanner.first[field.slot()] >= 0;
    }

    /// The first such field's value, or null.
    public @Nullable String value(KnownField field) {
        int index = scanner.first[field.slot()];
        return index < 0 ? null : value(index);
    }

    /// Whether a proxy must not pass this field on as it is (RFC 9110, section 7.6.1): Connection and the
    /// fields it names, Keep-Alive, Proxy-Connection, TE and Upgrade. Transfer-Encoding does not count, since
    /// it describes the bytes of the body that a proxy passes through raw; neither can Host or Content-Length
    /// be named.
    public boolean isHopByHop(int index) {
        return hops[index];
    }

    void markHopByHop(int index) {
        hops[index] = true;
    }

    /// Content-Length, or -1 if there is none.
    public long contentLength() {
        return contentLength;
    }

    /// How the body ends. Content-Length: 0 counts as NONE.
    public Framing framing() {
        return framing;
    }

    /// Whether the connection stays open after this message, as far as this message says. False for
    /// UNTIL_CLOSE.
    public boolean isKeepAlive() {
        return keepAlive;
    }

    /// A request that asks for another protocol (Connection: upgrade, with Upgrade, in HTTP/1.1), or an
    /// answer 101.
    public boolean isUpgrade() {
        return upgrade;
    }

    /// A request of HTTP/1.1 with a body and `Expect: 100-continue`.
    public boolean expectsContinue() {
        return expectsContinue;
    }

    /// Whether a request's sender wants to have trailers (`TE: trailers`, RFC 9110, section 10.1.4).
    public boolean takesTrailers() {
        return has(KnownField.TE) && ConnectionRules.takesTrailers(this);
    }
}
