import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type Scalar } from "yaml";
import type { Place, Problem } from "./problems.ts";

export type ScalarValue = string | number | boolean | null;

/** Deeper than any workflow; an anchor that contains its own alias would never end. */
const deepest = 40;

interface Source {
  readonly path: string;
  readonly problems: Problem[];
  lineOf(node: Node): number;
  resolve(node: Node): Node | undefined;
}

/** Parses YAML 1.2 text. Returns undefined and adds to `problems` where it is no YAML. */
export function readYaml(text: string, path: string, problems: Problem[]): YamlValue | undefined {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, merge: false, uniqueKeys: true });
  for (const error of document.errors) {
    const line = error.linePos?.[0].line ?? 1;
    problems.push({ path, line, key: "", message: error.message.split("\n")[0]?.replace(/:$/, "") ?? "" });
  }
  if (document.errors.length > 0) return undefined;
  if (document.contents === null) {
    problems.push({ path, line: 1, key: "", message: "the file is empty" });
    return undefined;
  }
  const source: Source = {
    path,
    problems,
    lineOf: (node) => (node.range ? counter.linePos(node.range[0]).line : 1),
    resolve: (node) => (isAlias(node) ? node.resolve(document) : node),
  };
  return new YamlValue(source, document.contents, "", 1, 0);
}

/** A value in a YAML file that knows where it stands. Readers never throw: they report a problem and return what is empty. */
export class YamlValue implements Place {
  readonly path: string;
  readonly line: number;
  readonly key: string;
  readonly #source: Source;
  readonly #node: Node | undefined;
  readonly #depth: number;

  constructor(source: Source, node: Node | null, key: string, line: number, depth: number) {
    this.#source = source;
    this.#node = node === null ? undefined : source.resolve(node);
    this.#depth = depth;
    this.path = source.path;
    this.key = key;
    this.line = line;
    if (depth === deepest) this.problem("is nested too deeply, or an anchor contains its own alias");
  }

  get kind(): "mapping" | "sequence" | "scalar" {
    if (isMap(this.#node)) return "mapping";
    return isSeq(this.#node) ? "sequence" : "scalar";
  }

  /** The scalar as YAML 1.2 types it; null for absent values and for collections. */
  get scalar(): ScalarValue {
    const value = isScalar(this.#node) ? this.#node.value : null;
    if (typeof value === "bigint") return Number(value);
    return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
      ? value
      : null;
  }

  /** Lines between the key and the first line of the text: 1 for `|` and `>` blocks. */
  get textOffset(): number {
    const type = isScalar(this.#node) ? (this.#node as Scalar).type : undefined;
    return type === "BLOCK_LITERAL" || type === "BLOCK_FOLDED" ? 1 : 0;
  }

  problem(message: string, line: number = this.line): void {
    this.#source.problems.push({ path: this.path, line, key: this.key, message });
  }

  /** Key and value of each entry of a mapping, in order. */
  entries(): readonly (readonly [string, YamlValue])[] {
    if (!isMap(this.#node)) {
      this.problem(`must be a mapping, not ${this.describe()}`);
      return [];
    }
    if (this.#depth >= deepest) return [];
    return this.#node.items.map(({ key: keyNode, value }) => {
      const name = isScalar(keyNode) ? String(keyNode.value) : String(keyNode);
      const key = this.key === "" ? name : `${this.key}.${name}`;
      const line = this.#source.lineOf(keyNode as Node);
      return [name, new YamlValue(this.#source, value as Node | null, key, line, this.#depth + 1)] as const;
    });
  }

  /**
   * The entries of a mapping whose keys are fixed. A key in `unsupported` is reported with the reason given there, any
   * other unknown key with the list of known ones.
   */
  fields<Name extends string>(
    known: readonly Name[],
    unsupported: Readonly<Record<string, string>> = {},
  ): ReadonlyMap<Name, YamlValue> {
    const found = new Map<Name, YamlValue>();
    for (const [name, value] of this.entries()) {
      const match = known.find((candidate) => candidate === name);
      if (match !== undefined) found.set(match, value);
      else if (Object.hasOwn(unsupported, name)) value.problem(unsupported[name] as string);
      else value.problem(`unknown key "${name}"; known here: ${known.join(", ")}`);
    }
    return found;
  }

  items(): readonly YamlValue[] {
    if (!isSeq(this.#node)) {
      this.problem(`must be a list, not ${this.describe()}`);
      return [];
    }
    if (this.#depth >= deepest) return [];
    return this.#node.items.map((item, index) => {
      const node = item as Node;
      return new YamlValue(
        this.#source,
        node,
        `${this.key}[${index}]`,
        this.#source.lineOf(node),
        this.#depth + 1,
      );
    });
  }

  /** A text that is not empty; numbers and booleans count as their text, as on GitHub. */
  text(): string {
    const { scalar } = this;
    if (this.kind !== "scalar" || scalar === null || scalar === "") {
      this.problem(`must be a text, not ${this.describe()}`);
      return "";
    }
    return String(scalar);
  }

  boolean(): boolean {
    if (typeof this.scalar !== "boolean") this.problem(`must be true or false, not ${this.describe()}`);
    return this.scalar === true;
  }

  /** One of the words given; the first of them after reporting any other. */
  oneOf<const Word extends string>(words: readonly [Word, ...Word[]]): Word {
    const found = words.find((word) => word === this.scalar);
    if (found === undefined) this.problem(`must be one of ${words.join(", ")}, not ${this.describe()}`);
    return found ?? words[0];
  }

  /** A text, or a list of texts. */
  texts(): readonly string[] {
    return this.kind === "sequence" ? this.items().map((item) => item.text()) : [this.text()];
  }

  describe(): string {
    if (this.kind === "mapping") return "a mapping";
    if (this.kind === "sequence") return "a list";
    return this.scalar === null ? "empty" : `"${this.scalar}"`;
  }
}

/** Whether there is nothing: no value, or a key without one. */
export function isEmpty(value: YamlValue | undefined): value is undefined {
  return value === undefined || (value.kind === "scalar" && value.scalar === null);
}
