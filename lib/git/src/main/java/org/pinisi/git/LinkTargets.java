package org.pinisi.git;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

/// Follows symbolic links as path_resolution(7) does, in a tree that is not on the disk yet.
final class LinkTargets {
    private static final int MAX_LINKS = 40;

    private final Map<String, String> links;

    /// @param links each link's path in the tree and its target
    LinkTargets(Map<String, String> links) {
        this.links = links;
    }

    /// Whether following the link, and all links on its way, never steps above the top of the tree.
    boolean staysInside(String link) {
        Deque<String> ahead = new ArrayDeque<>();
        push(ahead, link);
        Deque<String> reached = new ArrayDeque<>();
        int followed = 0;
        while (!ahead.isEmpty()) {
            String step = ahead.pop();
            if (step.isEmpty() || step.equals(".")) {
                continue;
            }
            if (step.equals("..")) {
                if (reached.pollLast() == null) {
                    return false;
                }
                continue;
            }
            reached.addLast(step);
            String target = links.get(String.join("/", reached));
            if (target == null) {
                continue;
            }
            if (target.startsWith("/") || ++followed > MAX_LINKS) {
                return false;
            }
            reached.removeLast();
            push(ahead, target);
        }
        return true;
    }

    private static void push(Deque<String> ahead, String path) {
        String[] steps = path.split("/", -1);
        for (int i = steps.length - 1; i >= 0; i--) {
            ahead.push(steps[i]);
        }
    }
}
