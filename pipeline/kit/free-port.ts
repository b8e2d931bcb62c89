import { once } from "node:events";
import { createServer } from "node:net";

/** A port of that address on which nobody listens; somebody may, before it is used. */
export async function freePort(host: string): Promise<number> {
  const server = createServer().listen(0, host);
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}
