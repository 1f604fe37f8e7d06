import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/// Reads the XML reports that Surefire and Failsafe left under this folder and prints what ran, what failed and what was
/// skipped for which reason. Its one argument is the seconds the whole check took. Exits with 1 when a test failed or when
/// nothing ran at all.
final class TestReport {
    private record Case(String module, String name, Result result, String reason) {}

    private enum Result {
        PASSED,
        FAILED,
        SKIPPED
    }

    public static void main(String[] arguments) throws Exception {
        List<Case> cases = new ArrayList<>();
        DocumentBuilder parser = DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder();
        for (Path report : reports()) {
            read(parser, report, cases);
        }
        printModules(cases);
        printReasons("Failed", Result.FAILED, cases);
        printReasons("Skipped", Result.SKIPPED, cases);
        int seconds = Integer.parseInt(arguments[0]);
        System.out.printf("%nTime: %d min %02d s%n", seconds / 60, seconds % 60);
        System.out.printf(
                "%d passed, %d failed, %d skipped%n",
                count(cases, Result.PASSED), count(cases, Result.FAILED), count(cases, Result.SKIPPED));
        if (cases.isEmpty() || count(cases, Result.FAILED) > 0) {
            System.exit(1);
        }
    }

    /// `lib/vault/target/surefire-reports/TEST-….xml` and its like, for modules one and two folders deep.
    private static List<Path> reports() throws IOException {
        try (Stream<Path> files = Files.find(
                Path.of(""),
                5,
                (path, attributes) -> path.toString().matches(".*target/(surefire|failsafe)-reports/TEST-[^/]*\\.xml"))) {
            return files.sorted().toList();
        }
    }

    private static void read(DocumentBuilder parser, Path report, List<Case> cases) throws Exception {
        String module = report.getParent().getParent().getParent().toString();
        var elements = parser.parse(report.toFile()).getElementsByTagName("testcase");
        for (int index = 0; index < elements.getLength(); index++) {
            Element element = (Element) elements.item(index);
            String type = element.getAttribute("classname");
            String method = element.getAttribute("name");
            String simple = type.substring(type.lastIndexOf('.') + 1);
            String name = method.isEmpty() ? simple : simple + "." + method;
            cases.add(toCase(module, name, element));
        }
    }

    private static Case toCase(String module, String name, Element element) {
        for (Node child = element.getFirstChild(); child != null; child = child.getNextSibling()) {
            if (!(child instanceof Element detail)) {
                continue;
            }
            switch (detail.getTagName()) {
                case "failure", "error" -> {
                    return new Case(module, name, Result.FAILED, reason(detail));
                }
                case "skipped" -> {
                    return new Case(module, name, Result.SKIPPED, reason(detail));
                }
                default -> {
                    // Output and properties of the test.
                }
            }
        }
        return new Case(module, name, Result.PASSED, "");
    }

    private static String reason(Element detail) {
        String message = detail.getAttribute("message").strip();
        if (!message.isEmpty()) {
            return message.lines().findFirst().orElse("");
        }
        return detail.getTextContent().strip().lines().findFirst().orElse("no reason given");
    }

    private static void printModules(List<Case> cases) {
        Map<String, List<Case>> modules = new TreeMap<>();
        cases.forEach(each ->
                modules.computeIfAbsent(each.module(), module -> new ArrayList<>()).add(each));
        System.out.printf("%n%-22s %8s %8s %8s%n", "module", "run", "failed", "skipped");
        modules.forEach((module, own) -> System.out.printf(
                "%-22s %8d %8d %8d%n",
                module,
                own.size() - count(own, Result.SKIPPED),
                count(own, Result.FAILED),
                count(own, Result.SKIPPED)));
    }

    private static void printReasons(String title, Result result, List<Case> cases) {
        if (count(cases, result) == 0) {
            return;
        }
        System.out.printf("%n%s:%n", title);
        cases.stream()
                .filter(each -> each.result() == result)
                .forEach(each -> System.out.printf("  %s %s: %s%n", each.module(), each.name(), each.reason()));
    }

    private static int count(List<Case> cases, Result result) {
        return (int) cases.stream().filter(each -> each.result() == result).count();
    }
}
