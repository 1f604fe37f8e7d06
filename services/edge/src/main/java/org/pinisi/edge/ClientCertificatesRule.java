package org.pinisi.edge;

import java.nio.file.Path;

/// Client certificates (mTLS) on a route.
///
/// @param mode whether a client must have one
/// @param authorities a PEM file of the CAs that it must come from
public record ClientCertificatesRule(Mode mode, Path authorities) {
    /// Whether a client must show a certificate.
    public enum Mode {
        /// Asked for; who has none is served too; `optional` in route files.
        OPTIONAL("optional"),
        /// Who has none gets no answer; `required` in route files.
        REQUIRED("required");

        private final String word;

        Mode(String word) {
            this.word = word;
        }

        /// The word for it in route files.
        public String word() {
            return word;
        }
    }

    /// @throws EdgeException when the file's path is relative
    public ClientCertificatesRule {
        RuleFiles.absolute("authorities", authorities);
    }
}
