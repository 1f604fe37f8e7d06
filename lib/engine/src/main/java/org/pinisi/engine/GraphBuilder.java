package org.pinisi.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Draws a part of the pipeline, on the engine thread. Goes through the nodes in the order of their heights,
/// and notes for each the visible nodes that its value comes from.
final class GraphBuilder {
    private static final int LONGEST_MESSAGE = 4096;

    /// Where a value comes from.
    ///
    /// @param cut whether a state term lies between: then what is before `node` need not have succeeded
    private record Source(Node<?> node, boolean control, boolean cut) {}

    private final Set<Graph.Fold> open;
    private final Map<Node<?>, List<Source>> sources = new LinkedHashMap<>();
    private final Map<Node<?>, List<Source>> drawn = new LinkedHashMap<>();
    private final Map<String, Graph.Group> groups = new LinkedHashMap<>();

    GraphBuilder(Set<Graph.Fold> open) {
        this.open = open;
    }

    Graph draw(Collection<? extends Node<?>> roots) {
        for (Node<?> node : reach(roots)) {
            List<Source> before = sourcesOf(node);
            if (visible(node)) {
                drawn.put(node, reduced(before.isEmpty() ? inherited(node.scope) : before));
                sources.put(node, List.of(new Source(node, false, false)));
            } else {
                sources.put(node, before);
            }
        }
        List<Graph.Node> nodes = new ArrayList<>();
        List<Graph.Edge> edges = new ArrayList<>();
        drawn.forEach((node, inputs) -> {
            nodes.add(box(node));
            for (Source input : inputs) {
                Graph.Flow flow = input.control() ? Graph.Flow.CONTROL : Graph.Flow.DATA;
                edges.add(new Graph.Edge(input.node().originId(), node.originId(), flow));
            }
        });
        return new Graph(nodes, edges, List.copyOf(groups.values()));
    }

    private List<Node<?>> reach(Collection<? extends Node<?>> roots) {
        Set<Node<?>> seen = new LinkedHashSet<>();
        Deque<Node<?>> pending = new ArrayDeque<>();
        for (Node<?> root : roots) {
            pending.add(root);
            while (!pending.isEmpty()) {
                Node<?> node = pending.pop();
                if (!node.attached || !seen.add(node)) {
                    continue;
                }
                List<Node<?>> inputs = inputs(node);
                for (Node<?> input : inputs.reversed()) {
                    pending.push(input);
                }
            }
        }
        List<Node<?>> ordered = new ArrayList<>(seen);
        ordered.sort(Comparator.comparingInt(node -> node.height));
        return ordered;
    }

    private List<Node<?>> inputs(Node<?> node) {
        if (folded(node) && node instanceof PureNodes.Collapse<?> collapse) {
            return List.of(collapse.boundary);
        }
        List<Node<?>> inputs = new ArrayList<>(node.inputCount());
        for (int index = 0; index < node.inputCount(); index++) {
            inputs.add(node.input(index));
        }
        return inputs;
    }

    private boolean folded(Node<?> node) {
        return node instanceof PureNodes.Collapse<?> collapse && !open.contains(collapse.fold);
    }

    private List<Source> sourcesOf(Node<?> node) {
        if (node instanceof PureNodes.Gate<?> gate) {
            List<Source> both = new ArrayList<>(before(gate.data));
            before(gate.control).forEach(source -> both.add(new Source(source.node(), true, source.cut())));
            return both;
        }
        if (node instanceof PureNodes.State<?> state) {
            return before(state.input).stream()
                    .map(source -> new Source(source.node(), source.control(), true))
                    .toList();
        }
        if (node instanceof BindNodes.Main<?> bind) {
            Node<?> inner = bind.inner;
            boolean shows = inner != null && bind.chooser.now() instanceof Outcome.Ready<?>;
            List<Source> inside = inner != null && shows ? before(inner) : List.of();
            return inside.isEmpty() ? before(bind.chooser) : inside;
        }
        if (node instanceof ListNodes.Main<?> list && !list.empty()) {
            return union(list, 1);
        }
        if (node.inputCount() == 1 && !folded(node)) {
            return before(node.input(0));
        }
        return folded(node) ? before(inputs(node).getFirst()) : union(node, 0);
    }

    private List<Source> union(Node<?> node, int first) {
        Set<Source> all = new LinkedHashSet<>();
        for (int index = first; index < node.inputCount(); index++) {
            all.addAll(before(node.input(index)));
        }
        return List.copyOf(all);
    }

    private List<Source> before(Node<?> node) {
        return sources.getOrDefault(node, List.of());
    }

    /// What the terms inside a bind or a list come from when nothing else is before them.
    private List<Source> inherited(Scope scope) {
        Node<?> owner = scope.owner;
        while (owner != null) {
            List<Source> found = before(owner);
            if (!found.isEmpty()) {
                return found;
            }
            owner = owner.scope.owner;
        }
        return List.of();
    }

    private boolean visible(Node<?> node) {
        return switch (node) {
            case PureNodes.Fixed<?> fixed -> fixed.label != null || !(fixed.now() instanceof Outcome.Ready<?>);
            case PureNodes.Gate<?> _, VariableNode<?> _, MonitorNode<?> _, EffectNode<?, ?, ?> _ -> true;
            case BindNodes.Switch<?, ?> _ -> true;
            case BindNodes.Main<?> _, ListNodes.Item<?> _ -> false;
            case ListNodes.Main<?> list -> list.empty();
            case PureNodes.Collapse<?> collapse -> folded(collapse);
            case Node<?> other -> other.label != null || failedItself(other);
        };
    }

    private static boolean failedItself(Node<?> node) {
        return node.now() instanceof Outcome.Failed<?>(Failure failure)
                && failure.origin().equals(node.originId());
    }

    /// Without the sources that others imply, and each node once, data before control.
    private List<Source> reduced(List<Source> all) {
        Map<Node<?>, Source> unique = new LinkedHashMap<>();
        for (Source source : all) {
            unique.merge(
                    source.node(),
                    source,
                    (one, two) -> new Source(one.node(), one.control() && two.control(), one.cut() && two.cut()));
        }
        if (unique.size() < 2) {
            return List.copyOf(unique.values());
        }
        Set<Node<?>> implied = new HashSet<>();
        Deque<Node<?>> pending = new ArrayDeque<>();
        unique.values().stream().filter(source -> !source.cut()).forEach(source -> pending.add(source.node()));
        while (!pending.isEmpty()) {
            for (Source source : drawn.getOrDefault(pending.pop(), List.of())) {
                if (implied.add(source.node()) && !source.cut()) {
                    pending.push(source.node());
                }
            }
        }
        return unique.values().stream()
                .filter(source -> !implied.contains(source.node()))
                .toList();
    }

    private Graph.Node box(Node<?> node) {
        Graph.State state = state(node);
        Optional<String> jobId = Optional.empty();
        boolean updating = node instanceof MonitorNode<?> monitor && monitor.updating();
        Instance instance = node instanceof EffectNode<?, ?, ?> effect ? effect.instance() : null;
        if (instance != null) {
            jobId = instance.jobId();
            updating = instance.updating();
        }
        Optional<String> message = state == Graph.State.FAILED
                        && node.now() instanceof Outcome.Failed<?>(Failure failure)
                ? Optional.of(failure.message()
                        .substring(
                                0, Math.min(LONGEST_MESSAGE, failure.message().length())))
                : Optional.empty();
        boolean placeholder = node instanceof ListNodes.Main<?>;
        return new Graph.Node(
                node.originId(),
                label(node),
                placeholder ? Graph.Kind.PLACEHOLDER : node.kind(),
                state,
                updating,
                jobId,
                message,
                placeholder ? Optional.of(listGroup(node, node.scope)) : group(node.scope),
                node instanceof PureNodes.Collapse<?> collapse ? Optional.of(collapse.fold) : Optional.empty());
    }

    private static String label(Node<?> node) {
        return switch (node) {
            case ListNodes.Main<?> list ->
                list.chooser.now() instanceof Outcome.Ready<?> ? "(empty list)" : "(each item)";
            case PureNodes.Collapse<?> collapse -> collapse.fold.value();
            case BindNodes.Switch<?, ?> chooser -> chooser.name();
            case Node<?> other -> other.label == null ? other.word() : other.label;
        };
    }

    private static Graph.State state(Node<?> node) {
        return switch (node.now()) {
            case Outcome.Ready<?> _ -> Graph.State.SUCCEEDED;
            case Outcome.Failed<?>(Failure failure) ->
                own(node, failure.origin()) ? Graph.State.FAILED : Graph.State.BLOCKED;
            case Outcome.Active<?>(Activity activity, String origin) ->
                own(node, origin) ? state(activity) : Graph.State.BLOCKED;
        };
    }

    /// A folded part answers for all that it hides, as long as what it needs is there.
    private static boolean own(Node<?> node, String origin) {
        return node instanceof PureNodes.Collapse<?> collapse
                ? collapse.boundary.now() instanceof Outcome.Ready<?>
                : origin.equals(node.originId());
    }

    private static Graph.State state(Activity activity) {
        return switch (activity) {
            case READY -> Graph.State.READY;
            case RUNNING -> Graph.State.RUNNING;
            case WAITING_FOR_CONFIRMATION -> Graph.State.WAITING_FOR_CONFIRMATION;
        };
    }

    private Optional<String> group(Scope scope) {
        Node<?> owner = scope.owner;
        if (owner == null) {
            return Optional.empty();
        }
        String element = scope.element;
        if (element == null) {
            return group(owner.scope);
        }
        String parent = listGroup(owner, owner.scope);
        String id = scope.path;
        groups.putIfAbsent(id, new Graph.Group(id, element, Optional.of(parent)));
        return Optional.of(id);
    }

    private String listGroup(Node<?> list, Scope outer) {
        String id = list.originId();
        Optional<String> parent = group(outer);
        groups.putIfAbsent(id, new Graph.Group(id, id.substring(id.lastIndexOf('.') + 1), parent));
        return id;
    }
}
