package org.pinisi.git;

import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.RefSpec;

/// Which refs here are to have which objects, once those have arrived.
///
/// @param wanted by the ref's name here
/// @param forced the names of those that may move anywhere
/// @param gone the names of those that are to go away
record FetchPlan(Map<String, Ref> wanted, Set<String> forced, Set<String> gone) {
    /// @param shown what the remote has, by name
    /// @throws GitException when the remote has no ref of a mapping that is not a pattern, unless pruning
    static FetchPlan of(
            RemoteUrl from, List<RefMapping> mappings, FetchOptions options, Map<String, Ref> shown, Repository target)
            throws IOException {
        Map<String, Ref> wanted = new TreeMap<>();
        Set<String> forced = new HashSet<>();
        Set<String> gone = new TreeSet<>();
        for (RefMapping mapping : mappings) {
            RefSpec spec = mapping.spec();
            if (!mapping.isPattern() && !shown.containsKey(mapping.from()) && !options.prune()) {
                throw new GitException(
                        GitException.Kind.NOT_FOUND,
                        "%s has no %s; it has: %s".formatted(from, name(mapping.from()), some(shown.keySet())));
            }
            for (Ref ref : shown.values()) {
                if (spec.matchSource(ref) && isOurs(ref)) {
                    String here = spec.expandFromSource(ref).getDestination();
                    claim(wanted, here, ref);
                    if (mapping.force()) {
                        forced.add(here);
                    }
                }
            }
            if (options.prune()) {
                target.getRefDatabase().getRefs().stream()
                        .map(Ref::getName)
                        .filter(name -> spec.matchDestination(name) && !name.startsWith(Ids.HIDDEN))
                        .filter(name -> !shown.containsKey(
                                spec.expandFromDestination(name).getSource()))
                        .forEach(gone::add);
            }
        }
        gone.removeAll(wanted.keySet());
        return new FetchPlan(wanted, forced, gone);
    }

    /// What must be asked for: everything that no ref here has yet.
    Collection<Ref> missing(Repository target) throws IOException {
        Set<ObjectId> present = new HashSet<>();
        for (Ref ref : target.getRefDatabase().getRefs()) {
            if (ref.getObjectId() != null) {
                present.add(ref.getObjectId());
            }
        }
        Map<ObjectId, Ref> missing = new LinkedHashMap<>();
        for (Ref ref : wanted.values()) {
            if (!present.contains(Ids.target(ref))) {
                missing.putIfAbsent(Ids.target(ref), ref);
            }
        }
        return missing.values();
    }

    private static boolean isOurs(Ref ref) {
        return ref.getObjectId() != null
                && Repository.isValidRefName(ref.getName())
                && !ref.getName().startsWith(Ids.HIDDEN);
    }

    private static void claim(Map<String, Ref> wanted, String here, Ref ref) {
        Ref other = wanted.put(here, ref);
        if (other != null && !Ids.target(other).equals(Ids.target(ref))) {
            throw new GitException("both %s and %s are to become %s".formatted(other.getName(), ref.getName(), here));
        }
    }

    private static String name(String ref) {
        return Optional.of(ref)
                .filter(name -> name.startsWith("refs/heads/"))
                .map(name -> "branch " + name.substring("refs/heads/".length()))
                .orElse(ref);
    }

    private static String some(Set<String> names) {
        List<String> branches = names.stream()
                .filter(name -> name.startsWith("refs/heads/"))
                .map(name -> ProgressQueue.printable(name.substring("refs/heads/".length())))
                .sorted()
                .limit(8)
                .toList();
        return branches.isEmpty() ? "no branch at all" : String.join(", ", branches);
    }
}
