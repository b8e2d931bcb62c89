import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import { createFairQueue, type Turn } from "./fair-queue.ts";

/** scrypt's cost: N = 2^ln, block size r, parallelism p. */
export interface PasswordCost {
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

/** 32 MiB and about 0.2 s of one core; the lowest of OWASP's equivalent choices that fits a small instance. */
export const defaultCost: PasswordCost = { ln: 15, r: 8, p: 3 };

/**
 * How many hashes are computed at once. They run in libuv's four threads, which name look-ups and files need as well, and
 * each takes its own 32 MiB.
 */
const concurrency = 2;
/** A minute of waiting for an address with a few people behind it, and a few minutes for all of them. */
const bounds = { atOnce: concurrency, mostPerAddress: 64, most: 512 };

/** Who waits for a hash: of which subscriber's network address, and until when. */
export type Asker = Pick<Turn, "address" | "signal">;

/** Both take their turn, and throw `QueueFull` and `ClientLeft`. */
export interface Passwords {
  /** A PHC string, `$scrypt$ln=…,r=…,p=…$salt$hash`. `guard` runs right before, when it is this one's turn. */
  hash(password: string, asker: Asker, guard?: () => Promise<void>): Promise<string>;
  /** False for a wrong password and for a stored value of any other kind. */
  verify(password: string, stored: string, asker: Asker, guard?: () => Promise<void>): Promise<boolean>;
}

export function createPasswords(cost: PasswordCost = defaultCost): Passwords {
  const queue = createFairQueue(bounds);
  return {
    hash: (password, asker, guard) =>
      queue.run({ ...asker, kind: "registration" }, async () => {
        await guard?.();
        const salt = randomBytes(16);
        const hash = await derive(password, salt, 32, cost);
        const { ln, r, p } = cost;
        return `$scrypt$ln=${ln},r=${r},p=${p}$${encode(salt)}$${encode(hash)}`;
      }),
    verify: async (password, stored, asker, guard) => {
      const parts = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w+/]+)\$([\w+/]+)$/.exec(stored);
      if (parts === null) return false;
      const [, ln, r, p, salt = "", hash = ""] = parts;
      const expected = Buffer.from(hash, "base64");
      const actual = await queue.run({ ...asker, kind: "login" }, async () => {
        await guard?.();
        const storedCost = { ln: Number(ln), r: Number(r), p: Number(p) };
        return await derive(password, Buffer.from(salt, "base64"), expected.length, storedCost);
      });
      return timingSafeEqual(actual, expected);
    },
  };
}

function derive(password: string, salt: Buffer, length: number, { ln, r, p }: PasswordCost): Promise<Buffer> {
  const N = 2 ** ln;
  // Node refuses what needs exactly `maxmem`.
  const options: ScryptOptions = { N, r, p, maxmem: 128 * r * (N + p) + 1024 * 1024 };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize("NFKC"), salt, length, options, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}

function encode(bytes: Buffer): string {
  return bytes.toString("base64").replaceAll("=", "");
}
