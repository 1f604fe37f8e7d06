package org.pinisi.engine;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Carries change through the graph, along what changed only: a queue of nodes to compute, in the order of
/// their heights. Nothing here recurses, so a chain may be as long as memory allows.
final class Propagation {
    private @Nullable Node<?>[] heads = new Node<?>[64];
    private @Nullable Node<?>[] tails = new Node<?>[64];
    private int lowest;
    private int size;
    private final Set<Node<?>> changedAndObserved = new LinkedHashSet<>();
    private final Deque<Runnable> deferred = new ArrayDeque<>();

    /// Runs `action` after the propagation, so that what replaces a dropped node can take over what it held.
    void defer(Runnable action) {
        deferred.add(action);
    }

    void enqueue(Node<?> node) {
        if (node.queued || !node.attached) {
            return;
        }
        node.queued = true;
        insert(node);
        size++;
    }

    boolean idle() {
        return size == 0 && deferred.isEmpty();
    }

    /// Computes until nothing is left, then runs what was deferred, and so on until both are done.
    void run() {
        while (!idle()) {
            for (Node<?> node = poll(); node != null; node = poll()) {
                if (node.attached) {
                    compute(node);
                }
            }
            for (Runnable action = deferred.poll(); action != null; action = deferred.poll()) {
                action.run();
            }
        }
    }

    /// The observed nodes whose outcome has changed since the last call.
    Set<Node<?>> takeChanged() {
        Set<Node<?>> taken = new LinkedHashSet<>(changedAndObserved);
        changedAndObserved.clear();
        return taken;
    }

    void observe(Node<?> node) {
        attach(node);
        node.observers++;
        if (node.outcome != null) {
            changedAndObserved.add(node);
        }
    }

    void unobserve(Node<?> node) {
        node.observers--;
        release(node);
    }

    /// Makes `input` an input of `node`, which has just taken it up, and keeps the heights in order.
    ///
    /// @throws EngineException when `input` itself depends on `node`
    void link(Node<?> node, Node<?> input) {
        attach(input);
        input.addDependant(node);
        try {
            raise(node, input.height + 1, input);
        } catch (EngineException cycle) {
            input.removeDependant(node);
            release(input);
            throw cycle;
        }
    }

    void unlink(Node<?> node, Node<?> input) {
        input.removeDependant(node);
        release(input);
    }

    private <T> void compute(Node<T> node) {
        Outcome<T> next = outcome(node);
        if (!node.changesWithInputs() && same(node.outcome, next)) {
            return;
        }
        node.outcome = next;
        if (node.observers > 0) {
            changedAndObserved.add(node);
        }
        for (int index = 0; index < node.dependantCount(); index++) {
            enqueue(node.dependant(index));
        }
    }

    @SuppressWarnings("CatchAndPrintStackTrace")
    private static <T> Outcome<T> outcome(Node<T> node) {
        try {
            return node.compute();
        } catch (RuntimeException | StackOverflowError failure) {
            return node.failed(Messages.of(failure));
        }
    }

    private static boolean same(@Nullable Object old, Object next) {
        try {
            return next.equals(old);
        } catch (RuntimeException brokenEquals) {
            return false;
        }
    }

    private void attach(Node<?> root) {
        Deque<Node<?>> stack = new ArrayDeque<>();
        stack.push(root);
        while (!stack.isEmpty()) {
            Node<?> node = stack.element();
            if (node.attached) {
                stack.pop();
            } else if (node.attaching) {
                stack.pop();
                settleIn(node);
            } else {
                node.attaching = true;
                for (int index = node.inputCount() - 1; index >= 0; index--) {
                    Node<?> input = node.input(index);
                    if (!input.attached) {
                        stack.push(input);
                    }
                }
            }
        }
    }

    private void settleIn(Node<?> node) {
        int highest = node.scope.floor();
        for (int index = 0; index < node.inputCount(); index++) {
            Node<?> input = node.input(index);
            input.addDependant(node);
            highest = Math.max(highest, input.height);
        }
        node.height = highest + 1;
        node.attached = true;
        node.attaching = false;
        node.joinScope();
        enqueue(node);
        node.attached();
    }

    private void release(Node<?> root) {
        Deque<Node<?>> pending = new ArrayDeque<>();
        pending.push(root);
        while (!pending.isEmpty()) {
            Node<?> node = pending.pop();
            if (!node.attached || node.dependantCount() > 0 || node.observers > 0) {
                continue;
            }
            node.attached = false;
            node.outcome = null;
            changedAndObserved.remove(node);
            for (int index = 0; index < node.inputCount(); index++) {
                Node<?> input = node.input(index);
                input.removeDependant(node);
                pending.push(input);
            }
            node.forget();
            node.detached();
        }
    }

    private void raise(Node<?> start, int least, Node<?> forbidden) {
        if (start.equals(forbidden)) {
            throw cycle(start);
        }
        if (start.height >= least) {
            return;
        }
        start.height = least;
        Deque<Node<?>> pending = new ArrayDeque<>();
        pending.push(start);
        while (!pending.isEmpty()) {
            Node<?> node = pending.pop();
            for (int index = 0; index < node.dependantCount(); index++) {
                lift(node.dependant(index), node.height + 1, forbidden, start, pending);
            }
            for (Scope scope : node.ownedScopes()) {
                for (Iterator<Node<?>> members = scope.members.iterator(); members.hasNext(); ) {
                    lift(members.next(), node.height + 1, forbidden, start, pending);
                }
            }
        }
    }

    private static void lift(Node<?> node, int least, Node<?> forbidden, Node<?> start, Deque<Node<?>> pending) {
        if (node.equals(forbidden)) {
            throw cycle(start);
        }
        if (node.height < least) {
            node.height = least;
            pending.push(node);
        }
    }

    private static EngineException cycle(Node<?> node) {
        return new EngineException("the term " + node.id() + " depends on itself; let the function make a new term");
    }

    private void insert(Node<?> node) {
        if (node.height >= heads.length) {
            int length = Math.max(node.height + 1, heads.length * 2);
            heads = Arrays.copyOf(heads, length);
            tails = Arrays.copyOf(tails, length);
        }
        Node<?> tail = tails[node.height];
        node.nextInQueue = null;
        if (tail == null) {
            heads[node.height] = node;
        } else {
            tail.nextInQueue = node;
        }
        tails[node.height] = node;
        lowest = Math.min(lowest, node.height);
    }

    private @Nullable Node<?> poll() {
        while (size > 0) {
            Node<?> node = heads[lowest];
            if (node == null) {
                lowest++;
                continue;
            }
            int height = lowest;
            heads[height] = node.nextInQueue;
            if (node.nextInQueue == null) {
                tails[height] = null;
            }
            // A node that was raised while it waited moves on to where it now belongs.
            if (node.attached && node.height > height) {
                insert(node);
                continue;
            }
            node.nextInQueue = null;
            node.queued = false;
            size--;
            return node;
        }
        return null;
    }
}
