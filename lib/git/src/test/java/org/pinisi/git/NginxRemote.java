package org.pinisi.git;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;

/// Git's own `git http-backend` behind nginx and fcgiwrap. `/open/…` asks nobody who they are,
/// `/private/…` wants the user `tester` with the password `right`, `/moved/…` sends on to `/open/…`,
/// `/elsewhere/…` to another host.
final class NginxRemote implements Remote {
    private final Path root;
    private final int port;
    private final boolean tls;
    private final Process wrapper;
    private final Process process;

    /// @param authority who signs the server's certificate; plain HTTP when empty
    NginxRemote(Path folder, Optional<TestAuthority> authority) throws Exception {
        root = Files.createDirectories(folder.resolve("root"));
        tls = authority.isPresent();
        port = Remote.freePort();
        Path socket = Files.createTempDirectory("fcgi").resolve("s");
        ProcessBuilder wrap = new ProcessBuilder("fcgiwrap", "-c", "2", "-s", "unix:" + socket)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("fcgiwrap.log").toFile());
        wrap.environment().keySet().retainAll(List.of("PATH"));
        wrapper = wrap.start();
        Awaitility.await().until(() -> Files.exists(socket));
        String keys = "";
        if (authority.isPresent()) {
            keys = "ssl_certificate %s; ssl_certificate_key %s;"
                    .formatted(authority.get().sign("server"), authority.get().key("server"));
        }
        Files.writeString(folder.resolve("htpasswd"), "tester:{PLAIN}right\n");
        Path config = folder.resolve("nginx.conf");
        Files.writeString(
                config,
                CONFIG.replace("@folder@", folder.toString())
                        .replace("@listen@", "127.0.0.1:" + port + (tls ? " ssl" : ""))
                        .replace("@keys@", keys)
                        .replace("@port@", Integer.toString(port)));
        Files.writeString(folder.resolve("backend.conf"), """
                fastcgi_param REQUEST_METHOD $request_method;
                fastcgi_param QUERY_STRING $query_string;
                fastcgi_param CONTENT_TYPE $content_type;
                fastcgi_param CONTENT_LENGTH $content_length;
                fastcgi_param SCRIPT_FILENAME %s;
                fastcgi_param GIT_PROJECT_ROOT %s;
                fastcgi_param GIT_HTTP_EXPORT_ALL 1;
                fastcgi_param REMOTE_ADDR $remote_addr;
                fastcgi_read_timeout 60;
                fastcgi_pass unix:%s;
                """.formatted(backend(), root, socket));
        process = Remote.start(
                folder, port, List.of("nginx", "-p", folder.toString(), "-e", "stderr", "-c", config.toString()));
    }

    private static Path backend() throws Exception {
        Process process = new ProcessBuilder("git", "--exec-path").start();
        return Path.of(new String(process.getInputStream().readAllBytes(), UTF_8).strip(), "git-http-backend");
    }

    private static final String CONFIG = """
            daemon off;
            master_process off;
            pid @folder@/nginx.pid;
            events { worker_connections 64; }
            http {
              access_log off;
              client_max_body_size 0;
              client_body_temp_path @folder@/body;
              proxy_temp_path @folder@/proxy;
              fastcgi_temp_path @folder@/fastcgi;
              uwsgi_temp_path @folder@/uwsgi;
              scgi_temp_path @folder@/scgi;
              server {
                listen @listen@;
                @keys@
                location ~ ^/moved/(.*)$ { return 301 /open/$1$is_args$args; }
                location ~ ^/elsewhere/(.*)$ { return 302 http://localhost:@port@/open/$1$is_args$args; }
                location ~ ^/page/ { default_type text/html; return 200 "<html>hello</html>"; }
                location ~ ^/broken/ { return 503; }
                location ~ ^/open(/.*)$ {
                  fastcgi_param PATH_INFO $1;
                  include @folder@/backend.conf;
                }
                location ~ ^/private(/.*)$ {
                  auth_basic "tests";
                  auth_basic_user_file @folder@/htpasswd;
                  fastcgi_param PATH_INFO $1;
                  fastcgi_param REMOTE_USER $remote_user;
                  include @folder@/backend.conf;
                }
              }
            }
            """;

    @Override
    public Path root() {
        return root;
    }

    @Override
    public RemoteUrl url(String name) {
        return url("", "open", name);
    }

    /// @param info `user:password@`, or nothing
    RemoteUrl url(String info, String place, String name) {
        return RemoteUrl.parse(
                (tls ? "https" : "http") + "://" + info + "127.0.0.1:" + port + "/" + place + "/" + name);
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        Remote.stop(process);
        Remote.stop(wrapper);
    }
}
