package org.pinisi.cli;

import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.pinisi.certificates.BookDefect;
import org.pinisi.certificates.CertificateBook;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `pinisi cert list`.
@Command(
        name = "list",
        description = {
            "Lists the names in the book, with their certificates and where their requests go.",
            "It needs no pass phrase. What of the book cannot be read is told on standard error, and the exit code is 1."
        },
        footerHeading = "%nExample:%n",
        footer = "  pinisi cert list -r git@example.org:certificates.git")
final class CertList implements Callable<Integer> {
    @Mixin
    private CommandScope scope = new CommandScope();

    @Mixin
    private BookOptions options = new BookOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    @Override
    public Integer call() throws Exception {
        Instant now = InstantSource.system().instant();
        try (OpenBook open = options.open(scope, BookOptions.Need.NONE)) {
            CertificateBook book = open.book();
            List<CertView> views = book.entries().stream()
                    .map(entry -> new CertView(entry, now))
                    .toList();
            List<BookDefect> defects = book.defects();
            if (json.wanted()) {
                Map<String, Object> fields = new LinkedHashMap<>();
                fields.put("entries", views.stream().map(CertView::fields).toList());
                fields.put("defects", defects);
                scope.out().println(Whereabouts.json(fields));
            } else {
                Table table = new Table("NAME", "ISSUER", "DAYS LEFT", "SOURCE", "TARGET", "LAST ATTEMPT");
                views.forEach(view -> table.row(view.row()));
                table.print(scope.out());
            }
            scope.out().flush();
            defects.forEach(defect -> scope.err().println("pinisi: left aside: " + defect));
            scope.err().flush();
            return defects.isEmpty() ? ExitCodes.DONE : ExitCodes.FAILED;
        }
    }
}
