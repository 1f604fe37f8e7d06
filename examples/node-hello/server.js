// Says hello on $PORT. No dependencies, so nothing to install.
import { createServer } from "node:http";

const port = Number(process.env.PORT ?? 8080);
const greeting = process.env.GREETING ?? "Hello";

const server = createServer((request, response) => {
  const body = request.url === "/healthz" ? "ok\n" : `${greeting} from Node ${process.versions.node}\n`;
  response.writeHead(200, { "Content-Type": "text/plain; charset=utf-8", "Content-Length": Buffer.byteLength(body) });
  response.end(request.method === "HEAD" ? undefined : body);
});

server.listen(port, "127.0.0.1", () => console.log(`node-hello listens on port ${port}`));

// Take no new connections, let answers under way finish, then end.
process.on("SIGTERM", () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
