package org.pinisi.site;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;

/// The lines of a rules file at a tree's top, and what is wrong with them.
final class RuleFile {
    private static final int MOST_BYTES = 1 << 20;
    private static final int MOST_TROUBLES = 20;

    private final String name;
    private final List<String> lines;
    private final List<String> troubles = new ArrayList<>();

    private RuleFile(String name, List<String> lines) {
        this.name = name;
        this.lines = lines;
    }

    /// Reads the file of this name; one without lines when there is none.
    ///
    /// @throws SiteException when it is over 1 MiB or not UTF-8
    static RuleFile read(SiteTree tree, String name) {
        if (!(new Locator(tree, false).find(List.of(name)) instanceof Locator.Found.File(SiteTree.Entry.File entry))) {
            return new RuleFile(name, List.of());
        }
        try (SiteTree.Contents contents = tree.open(entry);
                InputStream in = contents.stream()) {
            if (contents.size() > MOST_BYTES) {
                throw new SiteException(
                        name + " has " + contents.size() + " bytes; at most " + MOST_BYTES + " are read");
            }
            String text = UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(in.readAllBytes()))
                    .toString();
            return new RuleFile(name, text.lines().toList());
        } catch (CharacterCodingException e) {
            throw new SiteException(name + " is not UTF-8 text; save it as such", e);
        } catch (IOException e) {
            throw new SiteException("cannot read " + name + ": " + e.getMessage(), e);
        }
    }

    static RuleFile of(String name, String text) {
        return new RuleFile(name, text.lines().toList());
    }

    /// Line `number`, counted from 1, without blanks at its end; empty if it is a comment.
    String line(int number) {
        String line = lines.get(number - 1);
        return line.stripLeading().startsWith("#") ? "" : line.stripTrailing();
    }

    int size() {
        return lines.size();
    }

    void trouble(int number, String what) {
        if (troubles.size() < MOST_TROUBLES) {
            troubles.add(name + ":" + number + ": " + what);
        }
    }

    /// @throws SiteException when there were troubles, with all of them
    void refuseTroubled() {
        if (!troubles.isEmpty()) {
            throw new SiteException(String.join("\n", troubles));
        }
    }
}
