package org.pinisi.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import gg.jte.html.OwaspHtmlTemplateOutput;
import gg.jte.output.StringOutput;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.pinisi.deployer.Drawing;

final class GraphLayoutTest {
    @Test
    void aPipelineIsDrawnAsItWas() throws IOException {
        String drawn = svg(Scene.pipeline("failed", "blocked", Optional.of("it broke")));
        assertThat(drawn).isEqualTo(golden("pipeline.svg.txt"));
    }

    @Test
    void theSameDrawingIsAlwaysDrawnAlike() {
        Drawing drawing = random(60, 7);
        assertThat(GraphLayout.of(drawing)).isEqualTo(GraphLayout.of(drawing));
    }

    @Test
    void boxesNeverOverlapAndStayInside() {
        for (int seed = 0; seed < 20; seed++) {
            GraphPicture picture = GraphLayout.of(random(40, seed)).orElseThrow();
            List<GraphPicture.Box> boxes = picture.boxes();
            for (int i = 0; i < boxes.size(); i++) {
                GraphPicture.Box box = boxes.get(i);
                assertThat(box.x()).isNotNegative();
                assertThat(box.y()).isNotNegative();
                assertThat(box.x() + box.width())
                        .as("seed %d, right of box %d", seed, i)
                        .isLessThanOrEqualTo(picture.width());
                assertThat(box.y() + box.height())
                        .as("seed %d, foot of box %d", seed, i)
                        .isLessThanOrEqualTo(picture.height());
                for (GraphPicture.Box other : boxes.subList(i + 1, boxes.size())) {
                    assertThat(overlap(box, other))
                            .as("seed %d, %s and %s", seed, box.id(), other.id())
                            .isFalse();
                }
            }
        }
    }

    @Test
    void anArrowLeadsFromLeftToRight() {
        GraphPicture picture =
                GraphLayout.of(drawing(List.of("c", "a", "b"), "a>b", "b>c")).orElseThrow();
        assertThat(x(picture, "a")).isLessThan(x(picture, "b"));
        assertThat(x(picture, "b")).isLessThan(x(picture, "c"));
    }

    @Test
    void aCircleIsDrawnWithoutTheArrowThatClosesIt() {
        GraphPicture picture =
                GraphLayout.of(drawing(List.of("a", "b"), "a>b", "b>a")).orElseThrow();
        assertThat(picture.boxes()).hasSize(2);
        assertThat(picture.lines()).hasSize(1);
    }

    @Test
    void arrowsToWhatIsNotThereAreLeftOut() {
        assertThat(GraphLayout.of(drawing(List.of("a"), "a>ghost", "ghost>a", "a>a"))
                        .orElseThrow()
                        .lines())
                .isEmpty();
    }

    @Test
    void nothingAndTooMuchAreNotDrawn() {
        assertThat(GraphLayout.of(new Drawing(List.of(), List.of()))).isEmpty();
        assertThat(GraphLayout.of(random(GraphLayout.MOST_NODES + 1, 1))).isEmpty();
    }

    private static boolean overlap(GraphPicture.Box one, GraphPicture.Box two) {
        return one.x() < two.x() + two.width()
                && two.x() < one.x() + one.width()
                && one.y() < two.y() + two.height()
                && two.y() < one.y() + one.height();
    }

    private static int x(GraphPicture picture, String id) {
        return picture.boxes().stream()
                .filter(box -> box.id().equals(id))
                .findFirst()
                .orElseThrow()
                .x();
    }

    private static Drawing drawing(List<String> names, String... arrows) {
        List<Drawing.Edge> edges = new ArrayList<>();
        for (String arrow : arrows) {
            int cut = arrow.indexOf('>');
            edges.add(new Drawing.Edge(arrow.substring(0, cut), arrow.substring(cut + 1)));
        }
        return new Drawing(
                names.stream().map(name -> node(name, Optional.empty())).toList(), edges);
    }

    private static Drawing random(int size, long seed) {
        Random random = new Random(seed);
        List<Drawing.Node> nodes = new ArrayList<>();
        List<Drawing.Edge> edges = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            nodes.add(node("node " + i, i % 3 == 0 ? Optional.of("branch " + i % 4) : Optional.empty()));
            for (int input = 0; i > 0 && input < random.nextInt(3); input++) {
                edges.add(new Drawing.Edge("node " + random.nextInt(i), "node " + i));
            }
        }
        return new Drawing(nodes, edges);
    }

    private static Drawing.Node node(String name, Optional<String> group) {
        return new Drawing.Node(name, name, "succeeded", group, Optional.empty(), Optional.empty());
    }

    static String svg(Drawing drawing) {
        StringOutput text = new StringOutput();
        JtegraphGenerated.render(
                new OwaspHtmlTemplateOutput(text),
                Plain.TAGS,
                GraphLayout.of(drawing).orElseThrow(),
                40,
                Optional.of(Scene.FAILED_JOB));
        return text.toString();
    }

    private static String golden(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(GraphLayoutTest.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }
}
