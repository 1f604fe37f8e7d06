package org.pinisi.edge;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.pinisi.http.Head;
import org.pinisi.http.KnownField;

/// The cookie that keeps a client at one upstream of a route.
final class StickyCookie {
    private final byte[] name;
    private final Balancing.Sticky sticky;

    StickyCookie(Balancing.Sticky sticky) {
        this.sticky = sticky;
        this.name = (sticky.cookie() + "=").getBytes(StandardCharsets.US_ASCII);
    }

    /// The member that the request's cookie names, or -1.
    int find(Head request, Members members) {
        for (int i = 0; i < request.fieldCount(); i++) {
            if (request.kind(i) == KnownField.COOKIE) {
                int found = find(request.bytes(), request.valueStart(i), request.valueEnd(i), members);
                if (found >= 0) {
                    return found;
                }
            }
        }
        return -1;
    }

    private int find(byte[] bytes, int start, int end, Members members) {
        int i = start;
        while (i < end) {
            int stop = i;
            while (stop < end && bytes[stop] != ';') {
                stop++;
            }
            if (stop - i > name.length && Arrays.equals(bytes, i, i + name.length, name, 0, name.length)) {
                return member(bytes, i + name.length, stop, members);
            }
            i = stop + 1;
            while (i < end && bytes[i] == ' ') {
                i++;
            }
        }
        return -1;
    }

    private static int member(byte[] bytes, int start, int end, Members members) {
        for (int i = 0; i < members.count(); i++) {
            byte[] token = members.get(i).token();
            if (Arrays.equals(bytes, start, end, token, 0, token.length)) {
                return i;
            }
        }
        return -1;
    }

    /// What `Set-Cookie` says to lead to that member.
    String set(Member member, boolean secure) {
        String lifetime = sticky.lifetime().isZero()
                ? ""
                : "; Max-Age=" + sticky.lifetime().toSeconds();
        return sticky.cookie() + "=" + new String(member.token(), StandardCharsets.US_ASCII) + "; Path=/" + lifetime
                + "; HttpOnly; SameSite=Lax" + (secure ? "; Secure" : "");
    }
}
