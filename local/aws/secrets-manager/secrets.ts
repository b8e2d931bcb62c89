import { randomInt, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { writeFileAtomically } from "../../files.ts";

type Stage = "AWSCURRENT" | "AWSPREVIOUS";

export interface SecretVersion {
  readonly id: string;
  readonly value: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly stages: readonly Stage[];
}

export interface Secret {
  readonly name: string;
  /** With the hyphen and six random characters that every secret's ARN ends with. */
  readonly arn: string;
  /** The current one first, then the previous one. */
  readonly versions: readonly SecretVersion[];
  /** Whether it was marked for deletion: it is there, and cannot be read. */
  readonly deleted: boolean;
}

interface SecretsOptions {
  readonly region: string;
  readonly accountId: string;
  readonly clock: { now(): Date };
}

/**
 * The account's secrets: `secrets.json`, mode 0600, since here nothing is encrypted. Of each secret the current and the previous
 * version are kept. Versions without a staging label are deprecated, and Secrets Manager deletes them when it likes.
 */
export class Secrets {
  readonly #file: string;
  readonly #options: SecretsOptions;
  readonly #secrets: Map<string, Secret>;

  /** Throws a plain Error that names a damaged file. */
  constructor(file: string, options: SecretsOptions) {
    this.#file = file;
    this.#options = options;
    this.#secrets = new Map(readSecrets(file).map((secret) => [secret.name, secret]));
  }

  /**
   * Creates the secret, or rotates it: the value becomes AWSCURRENT, the one before it AWSPREVIOUS. A value that is the current
   * one already changes nothing, but for a deletion, which is cancelled. Returns the ARN. Throws a plain Error for a bad name.
   */
  put(name: string, value: string): string {
    const known = this.#secrets.get(name);
    const [current] = known?.versions ?? [];
    const arn = known?.arn ?? this.#newArn(name);
    const createdAt = this.#options.clock.now().toISOString();
    const previous = current === undefined ? [] : [{ ...current, stages: ["AWSPREVIOUS" as const] }];
    const versions: readonly SecretVersion[] =
      current?.value === value
        ? (known?.versions ?? [])
        : [{ id: randomUUID(), value, createdAt, stages: ["AWSCURRENT"] }, ...previous];
    this.#keep({ name, arn, versions, deleted: false });
    return arn;
  }

  /** Marks the secret for deletion. Throws a plain Error when there is none of that name. */
  markForDeletion(name: string): void {
    const known = this.#secrets.get(name);
    if (known === undefined) throw new Error(`there is no secret "${name}"`);
    this.#keep({ ...known, deleted: true });
  }

  /**
   * The secret of that name, ARN, or ARN without its hyphen and six random characters. What ends with a hyphen and six characters
   * counts as a whole ARN: https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen
   */
  find(id: string): Secret | undefined {
    if (!id.startsWith("arn:")) return this.#secrets.get(id);
    const isWhole = /-[A-Za-z0-9]{6}$/.test(id);
    return [...this.#secrets.values()].find(({ arn }) => (isWhole ? arn : arn.slice(0, -7)) === id);
  }

  #newArn(name: string): string {
    if (!/^[\w/+=.@!-]{1,512}$/.test(name)) {
      throw new Error(`"${name}" is not a name of a secret: use 1 to 512 of letters, digits and /_+=.@!-`);
    }
    const { region, accountId } = this.#options;
    const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    const suffix = Array.from({ length: 6 }, () => letters[randomInt(letters.length)]).join("");
    return `arn:aws:secretsmanager:${region}:${accountId}:secret:${name}-${suffix}`;
  }

  #keep(secret: Secret): void {
    this.#secrets.set(secret.name, secret);
    writeFileAtomically(this.#file, JSON.stringify([...this.#secrets.values()], null, 2), 0o600);
  }
}

function readSecrets(file: string): Secret[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  try {
    return JSON.parse(text) as Secret[];
  } catch (cause) {
    throw new Error(`"${file}" is damaged; restore the file or run \`npm run reset\``, { cause });
  }
}
