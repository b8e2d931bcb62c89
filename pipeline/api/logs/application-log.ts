/** A line of the application's own output, as far as its meaning is known. */
export interface ApplicationLine {
  /** What it says: of structured logs the error or the message, else the line itself. */
  readonly text: string;
  readonly isError: boolean;
  /** Undefined where the line does not tell. */
  readonly at: Date | undefined;
}

/** What rsyslog puts before each line of web.stdout.log on the platform: `Nov 23 12:00:00 ip-10-0-0-1 web[123]: `. */
const syslog = /^([A-Z][a-z]{2} +\d+) (\d\d:\d\d:\d\d) \S+ web\[\d+\]: /;

/** Reads a line, of JSON as structured loggers write it, or of plain text. `near` tells the year, which the platform leaves out. */
export function readLine(line: string, near: Date): ApplicationLine {
  const text = line.replace(syslog, "");
  const written = writtenAt(line, near);
  const record = text.startsWith("{") ? parsed(text) : undefined;
  if (record === undefined) return { text, isError: isErrorText(text), at: written };
  const error = messageOf(record.err ?? record.error);
  const message = messageOf(record.msg ?? record.message);
  // A log of requests tells what was answered, and not why.
  const isRequest = ["res", "status", "statusCode"].some((name) => name in record);
  return {
    text: error === "" ? message || text : error,
    isError: error !== "" || (isGrave(record.level ?? record.severity) && !isRequest),
    at: timeOf(record.time ?? record.timestamp) ?? written,
  };
}

/** By syslog's prefix; at the turn of the year the year is the one that lies nearer. */
function writtenAt(line: string, near: Date): Date | undefined {
  const [, day, time] = syslog.exec(line) ?? [];
  if (day === undefined) return undefined;
  const year = near.getUTCFullYear();
  const candidates = [year - 1, year, year + 1].map((one) => new Date(`${day} ${one} ${time} UTC`));
  const distance = (at: Date): number => Math.abs(at.getTime() - near.getTime());
  return candidates.sort((a, b) => distance(a) - distance(b))[0];
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function messageOf(value: unknown): string {
  if (typeof value === "string") return value;
  const { message, stack } = (value ?? {}) as { message?: unknown; stack?: unknown };
  if (typeof message === "string") return message;
  return typeof stack === "string" ? (stack.split("\n", 1)[0] ?? "") : "";
}

/** By name, or by number as pino and bunyan count. */
function isGrave(level: unknown): boolean {
  if (typeof level === "number") return level >= 50;
  return /^(error|fatal|crit|critical|alert|emerg|emergency)$/i.test(String(level));
}

function timeOf(value: unknown): Date | undefined {
  if (typeof value !== "number" && typeof value !== "string") return undefined;
  const at = new Date(value);
  return Number.isNaN(at.getTime()) ? undefined : at;
}

function isErrorText(text: string): boolean {
  if (/^\s+at /.test(text)) return false;
  return /\b[A-Z]?\w*(Error|Exception)\b[:\s[]|^(fatal|error)\b|\bis not set\b|\bmust be set\b|heap out of memory|\bE(CONNREFUSED|ADDRINUSE|ACCES|NOTFOUND|NOENT)\b/i.test(
    text,
  );
}
