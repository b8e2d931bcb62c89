import type { Server } from "node:http";
import { LocalError } from "../../errors.ts";

/** Listens on this machine only. Throws `PortInUse` when another program has the port. */
export async function listen(server: Server, port: number, what: string): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ port, host: "127.0.0.1" }, () => {
        server.off("error", reject);
        resolve();
      });
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    throw new LocalError(
      "PortInUse",
      `port ${port} of ${what} is taken by another program`,
      "end that program, or run `npm run reset` to choose new ports (it forgets releases, users and posts)",
    );
  }
}

export async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
