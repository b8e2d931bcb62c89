/**
 * Lets reads that ask the same share one query, as long as it has not been sent: those that arrive in one turn of the event
 * loop. Whoever joins asked before the query left, so it sees all that was written before it asked.
 */
export function joinReads<Key, Result>(
  read: (key: Key) => Promise<Result>,
  nameOf: (key: Key) => string,
): (key: Key) => Promise<Result> {
  const unsent = new Map<string, Promise<Result>>();
  return (key) => {
    const name = nameOf(key);
    const joined = unsent.get(name);
    if (joined) return joined;
    const result = new Promise<Result>((resolve) => {
      setImmediate(() => {
        unsent.delete(name);
        resolve(read(key));
      });
    });
    unsent.set(name, result);
    return result;
  };
}
