package org.pinisi.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A list is two nodes, like a bind: the switch makes and drops the sub-pipelines of the keys, the list gathers
/// their values.
final class ListNodes {
    private ListNodes() {}

    /// The newest item of one key.
    static final class Item<E> extends Node<E> {
        private E item;

        Item(Scope scope, E item) {
            super(scope);
            this.item = item;
        }

        void set(E next) {
            if (!next.equals(item)) {
                item = next;
                terms().propagation().enqueue(this);
            }
        }

        @Override
        int inputCount() {
            return 0;
        }

        @Override
        Node<?> input(int index) {
            throw new IndexOutOfBoundsException(index);
        }

        @Override
        Outcome<E> compute() {
            return new Outcome.Ready<>(item);
        }

        @Override
        Graph.Kind kind() {
            return Graph.Kind.VARIABLE;
        }

        @Override
        String word() {
            return "item";
        }
    }

    private record Element<E, V>(String text, Scope scope, Item<E> item, Node<V> result) {}

    static final class Switch<E, K, V> extends Node<List<K>> {
        final Node<? extends Collection<? extends E>> input;
        private final Function<? super E, ? extends K> key;
        private final Function<? super K, String> print;
        private final BiFunction<? super K, Term<E>, ? extends Term<V>> function;
        private Map<K, Element<E, V>> elements = new LinkedHashMap<>();
        private @Nullable Main<V> main;

        Switch(
                Scope scope,
                Node<? extends Collection<? extends E>> input,
                Function<? super E, ? extends K> key,
                Function<? super K, String> print,
                BiFunction<? super K, Term<E>, ? extends Term<V>> function) {
            super(scope);
            this.input = input;
            this.key = key;
            this.print = print;
            this.function = function;
        }

        void main(Main<V> node) {
            main = node;
        }

        @Override
        int inputCount() {
            return 1;
        }

        @Override
        Node<?> input(int index) {
            return input;
        }

        @Override
        Iterable<Scope> ownedScopes() {
            return elements.values().stream().map(Element::scope).toList();
        }

        @Override
        Outcome<List<K>> compute() {
            Main<V> list = main;
            if (list == null || !(input.now() instanceof Outcome.Ready<? extends Collection<? extends E>>(var items))) {
                return pass(input.now());
            }
            List<K> order = new ArrayList<>(items.size());
            Map<K, E> newest = new LinkedHashMap<>();
            for (E item : items) {
                K itemKey = key.apply(item);
                order.add(itemKey);
                newest.put(itemKey, item);
            }
            refuseEqualTexts(newest.keySet(), list);
            List<Node<V>> dropped = dropped(newest.keySet());
            List<Node<V>> added = new ArrayList<>();
            Map<K, Element<E, V>> next = new LinkedHashMap<>();
            for (Map.Entry<K, E> entry : newest.entrySet()) {
                Element<E, V> element = elements.get(entry.getKey());
                if (element == null) {
                    element = made(entry.getKey(), entry.getValue(), list);
                    added.add(element.result());
                } else {
                    element.item().set(entry.getValue());
                }
                next.put(entry.getKey(), element);
            }
            elements = next;
            list.results(next.values().stream().map(Element::result).toList(), results(order, next));
            list.change(added, dropped);
            return new Outcome.Ready<>(List.copyOf(order));
        }

        /// Before anything is changed, so that a later good list finds all as it was.
        private void refuseEqualTexts(Collection<K> keys, Main<V> list) {
            Set<String> taken = new HashSet<>();
            for (K itemKey : keys) {
                Element<E, V> present = elements.get(itemKey);
                String text = present == null ? print.apply(itemKey) : present.text();
                if (!taken.add(text)) {
                    throw new EngineException("two keys of the list " + list.id() + " have the same text " + text
                            + "; print must tell keys apart");
                }
            }
        }

        private List<Node<V>> dropped(Set<K> wanted) {
            List<Node<V>> dropped = new ArrayList<>();
            elements.forEach((itemKey, element) -> {
                if (!wanted.contains(itemKey)) {
                    dropped.add(element.result());
                }
            });
            return dropped;
        }

        private Element<E, V> made(K itemKey, E item, Main<V> list) {
            String text = print.apply(itemKey);
            Scope scope = new Scope(terms(), list.id() + "[" + text + "]/", this, text);
            Item<E> itemTerm = new Item<>(scope, item);
            Node<V> result = Terms.node(terms().inside(scope, () -> {
                try {
                    return function.apply(itemKey, itemTerm);
                } catch (RuntimeException | StackOverflowError failure) {
                    return terms().<V>fail(Messages.of(failure));
                }
            }));
            return new Element<>(text, scope, itemTerm, result);
        }

        private List<Node<V>> results(List<K> order, Map<K, Element<E, V>> from) {
            List<Node<V>> results = new ArrayList<>(order.size());
            for (K itemKey : order) {
                Element<E, V> element = from.get(itemKey);
                if (element != null) {
                    results.add(element.result());
                }
            }
            return results;
        }

        @Override
        void forget() {
            elements = new LinkedHashMap<>();
        }

        @Override
        Graph.Kind kind() {
            return Graph.Kind.MAP;
        }

        @Override
        String originId() {
            return main == null ? id() : main.id();
        }

        @Override
        String word() {
            return "keys";
        }
    }

    static final class Main<V> extends Node<List<V>> {
        final Switch<?, ?, V> chooser;
        private List<Node<V>> linked = List.of();

        @SuppressWarnings({"unchecked", "rawtypes"})
        private Node<V>[] results = new Node[0];

        Main(Scope scope, Switch<?, ?, V> chooser) {
            super(scope);
            this.chooser = chooser;
        }

        @SuppressWarnings("unchecked")
        void results(List<Node<V>> distinct, List<Node<V>> ordered) {
            linked = distinct;
            results = ordered.toArray(Node[]::new);
        }

        /// Takes up the new parts before it lets the old ones go, so that what both share stays.
        void change(List<Node<V>> added, List<Node<V>> dropped) {
            Propagation propagation = terms().propagation();
            for (Node<V> node : added) {
                propagation.link(this, node);
            }
            for (Node<V> node : dropped.reversed()) {
                propagation.unlink(this, node);
            }
            propagation.enqueue(this);
        }

        boolean empty() {
            return linked.isEmpty();
        }

        @Override
        int inputCount() {
            return 1 + linked.size();
        }

        @Override
        Node<?> input(int index) {
            return index == 0 ? chooser : linked.get(index - 1);
        }

        @Override
        Outcome<List<V>> compute() {
            return chooser.now() instanceof Outcome.Ready<?> ? PureNodes.gather(results) : pass(chooser.now());
        }

        @Override
        void forget() {
            linked = List.of();
        }

        @Override
        Graph.Kind kind() {
            return Graph.Kind.MAP;
        }

        @Override
        String word() {
            return "list";
        }
    }
}
