package org.pinisi.site;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.pinisi.http.ContentCoding;
import org.pinisi.http.Fields;

/// How a site is served; see [Site.Builder].
record Settings(
        boolean cleanUrls,
        boolean listing,
        boolean linksRedirect,
        Optional<List<String>> singlePage,
        Optional<String> elsewhere,
        ContentTypes types,
        CacheRules cacheRules,
        Fields extra,
        long mostFileBytes,
        Set<ContentCoding> codings,
        Predicate<String> compressible,
        long leastCompressed) {
    Settings {
        codings = Set.copyOf(codings);
    }
}
