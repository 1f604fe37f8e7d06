package org.pinisi.git;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.eclipse.jgit.errors.NoRemoteRepositoryException;
import org.eclipse.jgit.lib.ObjectChecker;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.transport.ReceivePack;
import org.eclipse.jgit.transport.UploadPack;
import org.pinisi.flow.Flow;
import org.pinisi.flow.Flows;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Serves a repository on this machine to ourselves, through memory: no program is started, and none of
/// the repository's hooks runs.
///
/// @param url of the scheme file: a bare repository, or a folder with one in `.git`
record LocalCaller(RemoteUrl url, TransferLimits limits) implements Caller {
    private static final Logger LOG = LoggerFactory.getLogger(LocalCaller.class);
    private static final int BUFFER = 32 * 1024;

    @Override
    public Flow call(Service service) throws IOException {
        Repository repository = open();
        Flow[] ends = Flows.pair();
        ends[0].patience(limits.idleTime());
        ends[1].patience(limits.idleTime());
        Thread.ofVirtual().name("git-local").start(() -> serve(service, repository, ends[1]));
        return ends[0];
    }

    private Repository open() throws IOException {
        Path given = Path.of(url.path());
        Path place = Files.isDirectory(given.resolve(".git")) ? given.resolve(".git") : given;
        if (!Files.isRegularFile(place.resolve("HEAD")) || !Files.isDirectory(place.resolve("objects"))) {
            throw new NoRemoteRepositoryException(
                    Remotes.withoutSecrets(url), "there is no Git repository at " + given);
        }
        return new FileRepositoryBuilder()
                .setGitDir(place.toFile())
                .setMustExist(true)
                .build();
    }

    private void serve(Service service, Repository repository, Flow end) {
        try (end;
                repository;
                InputStream in = new BufferedInputStream(end.input(), BUFFER);
                OutputStream out = new BufferedOutputStream(end.output(), BUFFER)) {
            switch (service) {
                case FETCH -> upload(repository, in, out);
                case PUSH -> receive(repository, in, out);
            }
        } catch (IOException | RuntimeException ended) {
            // The client sees the end of the connection, and JGit has told it why when it could.
            LOG.debug("event=local_service_ended service={} remote=\"{}\"", service.program(), url, ended);
        }
    }

    private static void upload(Repository repository, InputStream in, OutputStream out) throws IOException {
        try (UploadPack upload = new UploadPack(repository)) {
            upload.setExtraParameters(List.of("version=2"));
            upload.setRefFilter(FetchSession::visible);
            upload.upload(in, out, OutputStream.nullOutputStream());
        }
    }

    private static void receive(Repository repository, InputStream in, OutputStream out) throws IOException {
        ReceivePack receiver = new ReceivePack(repository);
        receiver.setCheckReceivedObjects(true);
        receiver.setObjectChecker(
                new ObjectChecker().setAllowLeadingZeroFileMode(true).setAllowInvalidPersonIdent(true));
        receiver.setAllowPushOptions(true);
        receiver.receive(in, out, OutputStream.nullOutputStream());
    }
}
