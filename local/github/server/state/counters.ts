import { JsonFile } from "./json-file.ts";

/** Numbers that only grow, by name; each is written down before it is used, so that none is given out twice. */
export class Counters {
  readonly #file: JsonFile<Readonly<Record<string, number>>>;

  constructor(file: string) {
    this.#file = new JsonFile(file, {});
  }

  next(name: string): number {
    const number = (this.#file.value[name] ?? 0) + 1;
    this.#file.set({ ...this.#file.value, [name]: number });
    return number;
  }
}
