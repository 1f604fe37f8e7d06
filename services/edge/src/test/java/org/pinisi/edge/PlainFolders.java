package org.pinisi.edge;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.pinisi.http.FastPath;
import org.pinisi.http.FastReply;
import org.pinisi.http.FastRequest;
import org.pinisi.http.PreparedAnswer;

/// The least that serves a folder: the files at its top, small ones at once and large ones from another thread.
final class PlainFolders implements FolderServing {
    private static final long SMALL = 64 << 10;

    @Override
    public FastPath open(Target.Folder folder, Optional<CompressionRule> compression) {
        Path top = folder.path();
        if (!Files.isDirectory(top)) {
            throw new EdgeException("cannot serve the folder " + top + ": it is not there");
        }
        return (request, reply) -> answer(top, request, reply);
    }

    private static boolean answer(Path top, FastRequest request, FastReply reply) {
        if (!request.methodIs("GET") && !request.methodIs("HEAD")) {
            reply.send(PreparedAnswer.status(405).field("Allow", "GET, HEAD").build());
            return true;
        }
        String name = request.rawPath().substring(1);
        Path file = top.resolve(name.isEmpty() ? "index.html" : name);
        try {
            boolean there = Files.isRegularFile(file);
            Path body = there ? file : top.resolve("404.html");
            long length = Files.size(body);
            PreparedAnswer answer = PreparedAnswer.status(there ? 200 : 404)
                    .file(body, 0, length)
                    .build();
            if (length <= SMALL) {
                reply.send(answer);
            } else {
                Thread.ofVirtual().name("plain-folder").start(() -> reply.send(answer));
            }
            return true;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
