import type { Counters } from "./counters.ts";
import { JsonFile } from "./json-file.ts";

export interface Comment {
  readonly id: number;
  readonly issue: number;
  readonly body: string;
  /** Login of who wrote it. */
  readonly author: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Comments on issues and pull requests. */
export class Comments {
  readonly #file: JsonFile<readonly Comment[]>;
  readonly #counters: Counters;

  constructor(file: string, counters: Counters) {
    this.#file = new JsonFile(file, []);
    this.#counters = counters;
  }

  get(id: number): Comment | undefined {
    return this.#file.value.find((comment) => comment.id === id);
  }

  /** Oldest first. */
  of(issue: number): readonly Comment[] {
    return this.#file.value.filter((comment) => comment.issue === issue);
  }

  create(issue: number, body: string, author: string, at: string): Comment {
    const comment = { id: this.#counters.next("comment"), issue, body, author, createdAt: at, updatedAt: at };
    this.#file.set([...this.#file.value, comment]);
    return comment;
  }

  update(id: number, body: string, at: string): Comment {
    this.#file.set(
      this.#file.value.map((comment) => (comment.id === id ? { ...comment, body, updatedAt: at } : comment)),
    );
    return this.get(id) as Comment;
  }

  delete(id: number): void {
    this.#file.set(this.#file.value.filter((comment) => comment.id !== id));
  }
}
