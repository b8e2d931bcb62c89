import { ConnectionAcquireTimeoutError } from "sequelize";

/** Runs works while others wait, for at most as long as one waits for a connection of the pool. */
export type Share = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * A part of the pool's connections, which is all that one kind of statement may take: where its table is locked, all of them
 * wait, and the others still have connections. Throws `ConnectionAcquireTimeoutError` as the pool does.
 */
export function connectionShare(most: number, waitMs: number): Share {
  let free = most;
  const waiting: (() => void)[] = [];
  const turn = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const begin = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(begin), 1);
        reject(new ConnectionAcquireTimeoutError(new Error("its share of the connections is taken")));
      }, waitMs);
      waiting.push(begin);
    });
  return async (work) => {
    if (free > 0) free -= 1;
    else await turn();
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}
