package org.pinisi.git;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.eclipse.jgit.util.TemporaryBuffer;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.ClientResponse;

/// A conversation with a service over HTTP, as two streams: what is written is sent with the next read,
/// in a request of its own whose answer is then read. Used by one thread.
final class HttpTalk implements AutoCloseable {
    private static final int IN_MEMORY = 1 << 20;

    private final HttpAccess access;
    private final Service service;
    private final File folder;
    private final InputStream input = new Input();
    private final OutputStream output = new Output();
    private TemporaryBuffer said;
    private @Nullable ClientResponse answer;

    /// @param folder for what is too large to be kept in memory until it is sent
    HttpTalk(HttpAccess access, Service service, File folder) {
        this.access = access;
        this.service = service;
        this.folder = folder;
        this.said = new TemporaryBuffer.LocalFile(folder, IN_MEMORY);
    }

    InputStream input() {
        return input;
    }

    OutputStream output() {
        return output;
    }

    @Override
    public void close() {
        if (answer != null) {
            answer.close();
            answer = null;
        }
        said.destroy();
    }

    private void ask() throws IOException {
        if (answer != null) {
            answer.close();
            answer = null;
        }
        said.close();
        try {
            answer = access.post(service, new HttpBody(said));
        } finally {
            said.destroy();
            said = new TemporaryBuffer.LocalFile(folder, IN_MEMORY);
        }
    }

    private final class Input extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (said.length() > 0) {
                ask();
            }
            return answer == null ? -1 : answer.body().read(target, offset, length);
        }
    }

    private final class Output extends OutputStream {
        @Override
        public void write(int value) throws IOException {
            said.write(value);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            said.write(bytes, offset, length);
        }
    }
}
