package org.pinisi.web;

import java.util.List;
import java.util.Optional;
import org.pinisi.edge.NameProblem;
import org.pinisi.edge.NameStatus;

/// All names that the edge answers to.
///
/// @param names what wants a person's eye first
record NamesPage(List<NameStatus> names, Words words) {
    NamesPage {
        names = List.copyOf(names);
    }

    /// The names that want somebody's eye.
    List<NameStatus> troubled() {
        return names.stream().filter(name -> !name.problems().isEmpty()).toList();
    }

    /// What is worst about one of them.
    static String trouble(NameStatus name) {
        return name.problems().stream().findFirst().map(NameProblem::text).orElse("");
    }

    /// How its certificate is, in a word or two; empty if none is wanted.
    Optional<Badge> certificate(NameStatus name) {
        return name.certificate().map(certificate -> Badge.of(certificate, words));
    }
}
