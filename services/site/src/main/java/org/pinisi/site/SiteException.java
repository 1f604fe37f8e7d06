package org.pinisi.site;

import org.jspecify.annotations.Nullable;

/// A site that cannot be served as asked: what is wrong, where, and what to do.
public final class SiteException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public SiteException(String message) {
        super(message);
    }

    public SiteException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
