package org.pinisi.site;

import org.jspecify.annotations.Nullable;

/// A range of bytes of a file of known size (RFC 9110, section 14). A length of zero stands for a range
/// that the file does not reach: 416.
record ByteRange(long start, long length) {
    /// Null if the field is malformed, of another unit or names several ranges: then it is ignored.
    static @Nullable ByteRange parse(String field, long size) {
        if (!field.regionMatches(true, 0, "bytes=", 0, 6)) {
            return null;
        }
        String text = field.substring(6).strip();
        int dash = text.indexOf('-');
        if (dash < 0 || !isNumber(text, 0, dash) || !isNumber(text, dash + 1, text.length()) || text.length() < 2) {
            return null;
        }
        if (dash == 0) {
            long last = Math.min(Long.parseLong(text.substring(1)), size);
            return new ByteRange(size - last, last);
        }
        long start = Long.parseLong(text.substring(0, dash));
        long end = dash + 1 == text.length() ? Long.MAX_VALUE : Long.parseLong(text.substring(dash + 1));
        if (end < start) {
            return null;
        }
        return start >= size ? new ByteRange(0, 0) : new ByteRange(start, Math.min(end, size - 1) - start + 1);
    }

    private static boolean isNumber(String text, int start, int end) {
        if (end - start > 18) {
            return false;
        }
        for (int i = start; i < end; i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }
}
