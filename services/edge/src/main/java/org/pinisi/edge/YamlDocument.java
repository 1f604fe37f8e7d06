package org.pinisi.edge;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.pinisi.edge.YamlPlaces.Place;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Turns YAML 1.2 text into JSON that knows its places.
///
/// The text is read once as a flat row of events, which costs no stack, to refuse deep nesting and aliases
/// before any tree is built.
final class YamlDocument {
    private static final int DEEPEST = 20;
    private static final int LONGEST_NUMBER = 30;
    private static final Set<Tag> PLAIN = Set.of(Tag.MAP, Tag.SEQ, Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL);
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Map<String, Place> keys = new HashMap<>();
    private final Map<String, Place> values = new HashMap<>();

    private YamlDocument() {}

    /// What cannot be read as YAML, or not by us.
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;
        private final int line;
        private final int column;
        private final String field;

        private Malformed(Place place, String field, String message) {
            super(message);
            this.line = place.line();
            this.column = place.column();
            this.field = field;
        }

        ConfigProblem in(String file) {
            return new ConfigProblem(file, line, column, field, String.valueOf(getMessage()));
        }
    }

    /// Reads a text that holds at most one document; an empty one is JSON's null.
    static YamlPlaces read(String text) throws Malformed {
        LoadSettings settings = LoadSettings.builder()
                .setAllowDuplicateKeys(true)
                .setAllowNonScalarKeys(true)
                .setUseMarks(true)
                .build();
        try {
            refuseTricks(new ParserImpl(settings, new StreamReader(settings, text)));
            Optional<Node> node =
                    new Composer(settings, new ParserImpl(settings, new StreamReader(settings, text))).getSingleNode();
            YamlDocument document = new YamlDocument();
            JsonNode root = node.isEmpty() ? JSON.nullNode() : document.json(node.get(), "");
            return new YamlPlaces(root, document.keys, document.values);
        } catch (MarkedYamlEngineException malformed) {
            throw new Malformed(place(malformed), "", "not valid YAML: " + problem(malformed));
        } catch (ReaderException unreadable) {
            throw new Malformed(
                    place(text, unreadable.getPosition()),
                    "",
                    "the character U+%04X is not allowed in YAML; remove it".formatted(unreadable.getCodePoint()));
        } catch (YamlEngineException malformed) {
            throw new Malformed(Place.START, "", "not valid YAML: " + malformed.getMessage());
        }
    }

    private static Place place(String text, int position) {
        String before = text.substring(0, Math.min(position, text.length()));
        int lines = (int) before.chars().filter(character -> character == '\n').count();
        return new Place(lines + 1, before.length() - before.lastIndexOf('\n'));
    }

    private static void refuseTricks(ParserImpl events) throws Malformed {
        int depth = 0;
        int documents = 0;
        while (events.hasNext()) {
            Event event = events.next();
            depth += switch (event.getEventId()) {
                case MappingStart, SequenceStart -> 1;
                case MappingEnd, SequenceEnd -> -1;
                case Alias, Comment, DocumentEnd, DocumentStart, Scalar, StreamEnd, StreamStart -> 0;
            };
            Place place = Place.of(event.getStartMark());
            if (depth > DEEPEST) {
                throw new Malformed(place, "", "nested too deeply (expected: at most " + DEEPEST + " levels)");
            }
            boolean anchored =
                    event instanceof NodeEvent node && node.getAnchor().isPresent();
            if (anchored || event instanceof AliasEvent) {
                throw new Malformed(place, "", "anchors (&) and aliases (*) are not used here; write the value out");
            }
            if (event instanceof DocumentStartEvent && ++documents > 1) {
                throw new Malformed(place, "", "a second document begins here; remove --- or use a file of its own");
            }
        }
    }

    private JsonNode json(Node node, String path) throws Malformed {
        values.putIfAbsent(path, Place.of(node.getStartMark()));
        boolean plain = PLAIN.contains(node.getTag());
        if (!plain) {
            throw new Malformed(
                    Place.of(node.getStartMark()),
                    path,
                    "the tag " + node.getTag().getValue() + " is not used here; remove it");
        }
        return switch (node) {
            case MappingNode map -> map(map, path);
            case SequenceNode list -> list(list, path);
            case ScalarNode scalar -> scalar(scalar);
            default -> throw new Malformed(Place.of(node.getStartMark()), path, "expected text, a list or a map");
        };
    }

    private ObjectNode map(MappingNode map, String path) throws Malformed {
        ObjectNode object = JSON.objectNode();
        for (NodeTuple tuple : map.getValue()) {
            Place place = Place.of(tuple.getKeyNode().getStartMark());
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                throw new Malformed(place, path, "a key is a list or a map; expected a plain word");
            }
            String name = key.getValue();
            String field = YamlPlaces.below(path, name);
            if (object.has(name)) {
                throw new Malformed(
                        place,
                        field,
                        "the key is there twice (first in line %d); keep one of them"
                                .formatted(keys.getOrDefault(field, Place.START).line()));
            }
            keys.put(field, place);
            if (!(tuple.getValueNode() instanceof ScalarNode)) {
                // A block's own place is the line after its key's.
                values.put(field, place);
            }
            object.set(name, json(tuple.getValueNode(), field));
        }
        return object;
    }

    private ArrayNode list(SequenceNode list, String path) throws Malformed {
        ArrayNode array = JSON.arrayNode();
        for (Node item : list.getValue()) {
            array.add(json(item, YamlPlaces.item(path, array.size())));
        }
        return array;
    }

    private static JsonNode scalar(ScalarNode scalar) {
        String text = scalar.getValue();
        Tag tag = scalar.getTag();
        if (tag.equals(Tag.NULL)) {
            return JSON.nullNode();
        }
        if (tag.equals(Tag.BOOL)) {
            return JSON.booleanNode(text.equalsIgnoreCase("true"));
        }
        boolean number = tag.equals(Tag.INT) || tag.equals(Tag.FLOAT);
        if (number && text.length() <= LONGEST_NUMBER) {
            try {
                return tag.equals(Tag.INT)
                        ? JSON.numberNode(new BigInteger(text))
                        : JSON.numberNode(new BigDecimal(text));
            } catch (NumberFormatException special) {
                // Octal, infinite and the like: the reader of the field says what it expects instead.
                return JSON.stringNode(text);
            }
        }
        return JSON.stringNode(text);
    }

    /// Where something was opened that is never closed tells more than the end of the file.
    private static Place place(MarkedYamlEngineException malformed) {
        String problem = String.valueOf(malformed.getProblem());
        boolean atEnd = problem.contains("end of stream") || problem.contains("<stream end>");
        return Place.of(
                atEnd
                        ? malformed.getContextMark().or(malformed::getProblemMark)
                        : malformed.getProblemMark().or(malformed::getContextMark));
    }

    private static String problem(MarkedYamlEngineException malformed) {
        String problem = malformed.getProblem() == null ? "cannot be read" : malformed.getProblem();
        if (problem.contains("TAB")) {
            return "a tab stands where only spaces may; indent with spaces";
        }
        if (problem.contains("mapping values are not allowed")) {
            return "a colon where none may be; put a value that holds one in quotes, or check the indentation";
        }
        if (problem.contains("expected <block end>") || problem.contains("could not find expected ':'")) {
            return "check the indentation, and that each key is followed by a colon and a space";
        }
        if (problem.contains("unexpected end of stream") || problem.contains("expected ',' or")) {
            return "a quote or bracket that was opened here is not closed";
        }
        return problem;
    }
}
