package org.pinisi.edge;

import org.jspecify.annotations.Nullable;

/// Everything that a route does to its exchanges between client and upstream. Routes without such rules
/// have none, and their bytes pass untouched. Immutable.
final class Changes {
    private final RequestChanges request;
    private final HeaderChanges answer;
    private final @Nullable Compression compression;
    private final long mostBody;
    private final boolean retriesAnswers;

    private Changes(RouteRules rules) {
        this.request = new RequestChanges(rules.rewrite(), rules.requestHeaders());
        this.answer = new HeaderChanges(rules.answerHeaders());
        this.compression = rules.compression().map(Compression::new).orElse(null);
        this.mostBody = rules.limits().bodyBytes().orElse(Long.MAX_VALUE);
        this.retriesAnswers = !rules.retries().statuses().isEmpty();
    }

    /// @return null if the rules change nothing
    static @Nullable Changes of(RouteRules rules, boolean sticky) {
        Changes changes = new Changes(rules);
        boolean any = sticky
                || !changes.request.isEmpty()
                || !changes.answer.isEmpty()
                || changes.compression != null
                || changes.mostBody != Long.MAX_VALUE
                || changes.retriesAnswers;
        return any ? changes : null;
    }

    RequestChanges request() {
        return request;
    }

    HeaderChanges answer() {
        return answer;
    }

    @Nullable
    Compression compression() {
        return compression;
    }

    /// The longest body of a request in bytes.
    long mostBody() {
        return mostBody;
    }

    /// Whether some answers are taken for failures.
    boolean retriesAnswers() {
        return retriesAnswers;
    }
}
