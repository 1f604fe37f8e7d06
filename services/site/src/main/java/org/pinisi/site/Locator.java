package org.pinisi.site;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// Finds what a path leads to in a tree, following links as path_resolution(7) does, and never out of
/// the tree or to what is hidden.
final class Locator {
    private static final int MOST_LINKS = 40;

    private final SiteTree tree;
    private final boolean linksRedirect;

    /// @param linksRedirect whether a link at a path's end is an answer of its own instead of being
    ///     followed
    Locator(SiteTree tree, boolean linksRedirect) {
        this.tree = tree;
        this.linksRedirect = linksRedirect;
    }

    /// What is at the end of a path.
    sealed interface Found {
        record File(SiteTree.Entry.File entry) implements Found {}

        /// A folder, by its path without links.
        record Folder(List<String> path) implements Found {}

        /// A link that is to be told to the client.
        record Link(String target) implements Found {}

        record Nothing() implements Found {}
    }

    /// Whether a name is not for visitors.
    static boolean isHidden(String name) {
        return name.startsWith(".") && !name.equals(".well-known");
    }

    /// What these names, decoded and free of dots, lead to.
    Found find(List<String> names) {
        Deque<String> ahead = new ArrayDeque<>();
        for (String name : names) {
            if (name.isEmpty() || name.indexOf('/') >= 0) {
                return new Found.Nothing();
            }
            ahead.add(name);
        }
        List<String> reached = new ArrayList<>();
        int followed = 0;
        while (!ahead.isEmpty()) {
            String step = ahead.pop();
            if (step.isEmpty() || step.equals(".")) {
                continue;
            }
            if (step.equals("..")) {
                if (reached.isEmpty()) {
                    return new Found.Nothing();
                }
                reached.removeLast();
                continue;
            }
            if (isHidden(step)) {
                return new Found.Nothing();
            }
            reached.add(step);
            Optional<SiteTree.Entry> entry = tree.find(reached);
            if (entry.isEmpty()) {
                return new Found.Nothing();
            }
            switch (entry.get()) {
                case SiteTree.Entry.Folder() -> {}
                case SiteTree.Entry.Submodule() -> {
                    return new Found.Nothing();
                }
                case SiteTree.Entry.File file -> {
                    return ahead.isEmpty() ? new Found.File(file) : new Found.Nothing();
                }
                case SiteTree.Entry.Link(String target) -> {
                    if (linksRedirect && ahead.isEmpty() && followed == 0) {
                        return new Found.Link(target);
                    }
                    if (target.isEmpty() || target.startsWith("/") || ++followed > MOST_LINKS) {
                        return new Found.Nothing();
                    }
                    reached.removeLast();
                    push(ahead, target);
                }
            }
        }
        return new Found.Folder(List.copyOf(reached));
    }

    private static void push(Deque<String> ahead, String target) {
        String[] steps = target.split("/", -1);
        for (int i = steps.length - 1; i >= 0; i--) {
            ahead.push(steps[i]);
        }
    }
}
