import { readFileSync } from "node:fs";
import { type Config, ConfigError, readConfig } from "./config.ts";
import { createContext } from "./context.ts";
import { createLogger } from "./logger.ts";
import { type Service, startService } from "./service.ts";

/** `version.json` lies beside the bundle that is deployed; there is none where the source runs as it is. */
function readVersion(): string {
  try {
    const { version } = JSON.parse(readFileSync(new URL("version.json", import.meta.url), "utf8"));
    return typeof version === "string" ? version : "dev";
  } catch {
    return "dev";
  }
}

function configuration(): Config {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`error: ${error.message}\n`);
    process.exit(1);
  }
}

const config = configuration();
const logger = createLogger(config.logLevel);

let service: Service;
try {
  service = await startService(createContext(config, { logger, version: readVersion() }));
} catch (error) {
  const busy = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
  logger.fatal({ error }, busy ? `port ${config.port} is in use; set PORT to a free one` : "could not start");
  process.exit(1);
}

let stopping = false;
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.on(signal, () => {
    if (stopping) process.exit(1);
    stopping = true;
    logger.info({ signal }, "stopping");
    service.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ error }, "could not stop in order");
        process.exit(1);
      },
    );
  });
}

// A request never ends the process. Anything that gets here is a fault of ours; it is recorded, and the others live on.
process.on("unhandledRejection", (error) => logger.error({ error }, "unhandled rejection"));
process.on("uncaughtException", (error) => logger.error({ error }, "uncaught exception"));
