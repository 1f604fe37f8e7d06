package org.pinisi.bench;

import java.nio.file.Path;

/// Small apps whose answers say which version they are, so that a wrong answer can be told from a right one.
final class TestApp {
    private TestApp() {}

    /// A server in JavaScript: starts in a moment, and every answer is its version.
    static Repository node(Path folder) {
        return Repository.init(folder)
                .write("package.json", "{\"name\": \"app\", \"scripts\": {\"start\": \"node server.js\"}}\n")
                .write("server.js", """
                        const version = 'v1'
                        const server = require('http').createServer((request, response) => {
                          response.setHeader('Content-Type', 'text/plain')
                          response.end(version)
                        })
                        server.listen(process.env.PORT, '127.0.0.1')
                        process.on('SIGTERM', () => server.close(() => process.exit(0)))
                        """)
                .commit("v1");
    }

    static Repository version(Repository app, int from, int to) {
        return app.replace("server.js", "'v" + from + "'", "'v" + to + "'").commit("v" + to);
    }

    /// Starts, listens, and never is healthy.
    static Repository unhealthy(Repository app) {
        return app.replace("server.js", "response.end(version)", "response.statusCode = 500; response.end('broken')")
                .write("pinisi.yaml", "health: {path: /, deadline: 2s}\n")
                .commit("broken");
    }

    static Repository healthyAgain(Repository app) {
        return app.replace("server.js", "response.statusCode = 500; response.end('broken')", "response.end(version)")
                .commit("mended");
    }

    static boolean isVersion(String body) {
        return body.matches("v\\d+");
    }
}
