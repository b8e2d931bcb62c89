import { closeSync, fstatSync, globSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { StringDecoder } from "node:string_decoder";

/** A line that an instance of the API wrote. */
export interface InstanceLine {
  readonly environment: string;
  readonly instance: string;
  readonly text: string;
}

interface Tail {
  offset: number;
  rest: string;
  decoder: StringDecoder;
}

/** What the web processes of the instances print, as Elastic Beanstalk keeps it on each of them. */
export class InstanceLogs {
  readonly #directory: string;
  readonly #tails = new Map<string, Tail>();

  /** `directory`: where the stack keeps Elastic Beanstalk's environments. */
  constructor(directory: string) {
    this.#directory = directory;
  }

  /** The whole lines that were written since the last call; of what was there at the first one, the last `kept` of each instance. */
  read(kept = Number.POSITIVE_INFINITY): readonly InstanceLine[] {
    const found = globSync("*/instances/*/log/web.stdout.log", { cwd: this.#directory }).sort();
    return found.flatMap((file) => {
      const [environment = "", , instance = ""] = file.split("/");
      return this.#linesOf(file)
        .slice(-kept)
        .map((text) => ({ environment, instance, text }));
    });
  }

  #linesOf(file: string): readonly string[] {
    const tail = this.#tails.get(file) ?? { offset: 0, rest: "", decoder: new StringDecoder("utf8") };
    this.#tails.set(file, tail);
    const written = readFrom(join(this.#directory, file), tail);
    if (written === undefined) return [];
    const lines = (tail.rest + tail.decoder.write(written)).split("\n");
    tail.rest = lines.pop() ?? "";
    return lines;
  }
}

/** Reads on; from the start again where the file became shorter. Undefined where it is gone, as the logs of an ended instance are. */
function readFrom(path: string, tail: Tail): Buffer | undefined {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    const { size } = fstatSync(file);
    if (size < tail.offset) Object.assign(tail, { offset: 0, rest: "", decoder: new StringDecoder("utf8") });
    const bytes = Buffer.alloc(size - tail.offset);
    const read = readSync(file, bytes, 0, bytes.length, tail.offset);
    tail.offset += read;
    return bytes.subarray(0, read);
  } finally {
    closeSync(file);
  }
}
