import { plain } from "../../kit/markdown.ts";
import type { Beanstalk } from "./beanstalk.ts";
import type { EventReading } from "./observation.ts";

/** So many events tell when an operation began; a long one of many instances has more, and then the oldest of them is told. */
const newest = 100;

/** Since when an environment is busy and by what, as far as its events tell; "" where they do not. Never rejects. */
export async function busyWith(beanstalk: Beanstalk): Promise<string> {
  const events = await beanstalk.readNewestEvents(newest).catch(() => []);
  return busyLine(events);
}

/** From events, oldest first. */
export function busyLine(events: readonly EventReading[]): string {
  const requestId = events.findLast((event) => event.requestId !== "")?.requestId;
  const [first, ...later] = events.filter((event) => event.requestId === requestId);
  if (requestId === undefined || first === undefined) return "";
  const last = later.at(-1);
  const since = `since ${first.at.toISOString().slice(0, 19)}Z by request ${requestId}`;
  const said = last === undefined ? "" : `, and last "${plain(last.message)}"`;
  return `${since}: "${plain(first.message)}"${said}`;
}
