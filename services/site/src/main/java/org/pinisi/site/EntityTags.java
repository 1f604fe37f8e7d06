package org.pinisi.site;

import java.util.List;

/// Lists of entity tags in If-Match and If-None-Match (RFC 9110, section 13.1). A tag may hold commas,
/// so that a list is read by its quotes.
final class EntityTags {
    private EntityTags() {}

    /// The place of the first of `tags`, all strong, that the field's value names; -1 if it names none.
    /// `*` names the first. What is malformed ends the list.
    ///
    /// @param strong whether a weak tag in the list matches nothing
    static int find(String list, List<String> tags, boolean strong) {
        if (list.strip().equals("*")) {
            return 0;
        }
        int at = 0;
        while (at < list.length()) {
            char c = list.charAt(at);
            if (c == ' ' || c == '\t' || c == ',') {
                at++;
                continue;
            }
            boolean weak = list.startsWith("W/", at);
            int start = weak ? at + 2 : at;
            int end = start < list.length() && list.charAt(start) == '"' ? list.indexOf('"', start + 1) : -1;
            if (end < 0) {
                return -1;
            }
            int place = weak && strong ? -1 : tags.indexOf(list.substring(start, end + 1));
            if (place >= 0) {
                return place;
            }
            at = end + 1;
        }
        return -1;
    }
}
