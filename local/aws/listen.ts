import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * An HTTP server on 127.0.0.1 that has no time limits of its own. Rejects with a plain Error that names a port in use.
 */
export async function listen(port: number, name: string, listener: RequestListener): Promise<Server> {
  const server = createServer(
    { requestTimeout: 0, keepAliveTimeout: 65_000, noDelay: true },
    refusingTwoHosts(listener),
  );
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const inUse = `port ${port} for ${name} is in use; stop what uses it, or choose another port`;
      reject(error.code === "EADDRINUSE" ? new Error(inUse, { cause: error }) : error);
    });
    server.listen(port, "127.0.0.1", resolve);
  });
  return server;
}

/**
 * RFC 9112, section 3.2: a request with two Host headers is answered with 400, as S3, load balancers and nginx do. Node
 * believes the first one.
 */
function refusingTwoHosts(listener: RequestListener): RequestListener {
  return (request, response) => {
    const hosts = request.rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === "host");
    if (hosts.length < 2) return void listener(request, response);
    response.writeHead(400, { "Content-Type": "text/plain", Connection: "close" }).end("Bad Request\n");
  };
}

export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** Stops listening and ends every connection. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeAllConnections();
  });
}
