import { appendFileSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";

/** `eb-engine.log` of one instance, in the platform's own format: what was run, and why it failed. */
export class EngineLog {
  readonly #file: string;
  readonly #now: () => Date;
  #step = "";

  constructor(file: string, now: () => Date) {
    this.#file = file;
    this.#now = now;
    mkdirSync(dirname(file), { recursive: true });
  }

  /** What the platform's engine is at; errors name it. */
  get step(): string {
    return this.#step;
  }

  instruction(step: string): void {
    this.#step = step;
    this.info(`Executing instruction: ${step}`);
  }

  info(text: string): void {
    this.#write("INFO", text);
  }

  warn(text: string): void {
    this.#write("WARN", text);
  }

  error(text: string): void {
    this.#write("ERROR", text);
  }

  #write(level: string, text: string): void {
    const time = this.#now().toISOString().replace("T", " ").replace(/-/g, "/").replace("Z", "000");
    appendFileSync(this.#file, `${time} [${level}] ${text.trimEnd()}\n`);
  }
}
