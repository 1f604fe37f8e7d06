package org.pinisi.deployer;

import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.parser.Parser;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/// Turns YAML 1.2 text into nodes that know their places, and YAML's own complaints into ours.
///
/// The text is read once as a flat row of events, which costs no stack, to refuse deep nesting and aliases
/// before any tree is built.
final class ConfigDocument {
    /// The longest text that is read.
    static final int MOST_CHARACTERS = 64 * 1024;

    private static final int DEEPEST = 10;

    private ConfigDocument() {}

    /// The root node; empty when the text says nothing or cannot be read, in which case the report says why.
    static Optional<Node> read(String text, ConfigReport report) {
        if (text.length() > MOST_CHARACTERS) {
            report.add(1, 1, "the file has " + text.length() + " characters", "expected 65536 at the most");
            return Optional.empty();
        }
        LoadSettings settings = LoadSettings.builder()
                .setAllowDuplicateKeys(true)
                .setAllowNonScalarKeys(true)
                .setUseMarks(true)
                .build();
        try {
            if (!isSimple(parser(text, settings), report)) {
                return Optional.empty();
            }
            return new Composer(settings, parser(text, settings)).getSingleNode();
        } catch (MarkedYamlEngineException malformed) {
            report.add(place(malformed), "this is not valid YAML: " + problem(malformed), advice(malformed));
        } catch (ReaderException unreadable) {
            String before = text.substring(0, Math.min(unreadable.getPosition(), text.length()));
            report.add(
                    (int) before.chars().filter(character -> character == '\n').count() + 1,
                    before.length() - before.lastIndexOf('\n'),
                    "the character U+%04X is not allowed in YAML".formatted(unreadable.getCodePoint()),
                    "remove it; the file is plain UTF-8 text");
        } catch (YamlEngineException malformed) {
            report.add(1, 1, "this is not valid YAML: " + malformed.getMessage(), "");
        }
        return Optional.empty();
    }

    private static Parser parser(String text, LoadSettings settings) {
        return new ParserImpl(settings, new StreamReader(settings, text));
    }

    private static boolean isSimple(Parser events, ConfigReport report) {
        int depth = 0;
        int documents = 0;
        while (events.hasNext()) {
            Event event = events.next();
            depth += switch (event.getEventId()) {
                case MappingStart, SequenceStart -> 1;
                case MappingEnd, SequenceEnd -> -1;
                case Alias, Comment, DocumentEnd, DocumentStart, Scalar, StreamEnd, StreamStart -> 0;
            };
            if (depth > DEEPEST) {
                report.add(event.getStartMark(), "this is nested too deeply", "expected at most 10 levels");
                return false;
            }
            boolean anchored =
                    event instanceof NodeEvent node && node.getAnchor().isPresent();
            if (anchored || event instanceof AliasEvent) {
                report.add(
                        event.getStartMark(), "anchors (&) and aliases (*) are not used here", "write the value out");
                return false;
            }
            if (event instanceof DocumentStartEvent && ++documents > 1) {
                report.add(event.getStartMark(), "a second document begins here", "expected one document: remove ---");
                return false;
            }
        }
        return true;
    }

    /// Where something was opened that is never closed tells more than the end of the file.
    private static Optional<Mark> place(MarkedYamlEngineException malformed) {
        String problem = String.valueOf(malformed.getProblem());
        boolean atEnd = problem.contains("end of stream") || problem.contains("<stream end>");
        return atEnd
                ? malformed.getContextMark().or(malformed::getProblemMark)
                : malformed.getProblemMark().or(malformed::getContextMark);
    }

    private static String problem(MarkedYamlEngineException malformed) {
        String problem = malformed.getProblem() == null ? "cannot be read" : malformed.getProblem();
        return problem.contains("TAB") ? "a tab stands where only spaces may" : problem;
    }

    private static String advice(MarkedYamlEngineException malformed) {
        String problem = String.valueOf(malformed.getProblem());
        if (problem.contains("TAB")) {
            return "indent with spaces";
        }
        if (problem.contains("mapping values are not allowed")) {
            return "put the value in quotes when it holds a colon followed by a space, or check the indentation";
        }
        if (problem.contains("expected <block end>") || problem.contains("could not find expected ':'")) {
            return "check the indentation of this line, and that each key is followed by a colon and a space";
        }
        if (problem.contains("unexpected end of stream") || problem.contains("expected ',' or")) {
            return "a quote or bracket that was opened before is not closed";
        }
        return "";
    }
}
