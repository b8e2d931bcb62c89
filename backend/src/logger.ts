import pino, { type DestinationStream, type Logger } from "pino";

/** Structured lines on standard output, written at once: what a dying process has to say arrives. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    timestamp: pino.stdTimeFunctions.isoTime,
    base: { service: "udagram-api" },
    serializers: { error: describeError },
  };
  return destination ? pino(options, destination) : pino(options);
}

/**
 * What may be logged of an error. Its other fields stay out: Sequelize's errors carry the statement's parameters, which hold
 * addresses and hashes, and PostgreSQL's `detail` quotes the row.
 */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: String(error) };
  const code = "code" in error ? { code: String(error.code) } : {};
  const cause = "parent" in error ? error.parent : error.cause;
  return {
    type: error.name,
    message: error.message,
    ...code,
    stack: error.stack,
    ...(cause instanceof Error && cause !== error ? { cause: describeError(cause) } : {}),
  };
}
