import { readdirSync, readFileSync } from "node:fs";

/** Ends a process and all that it has started, where the system has /proc; elsewhere the process alone. */
export function endProcesses(pid: number, signal: NodeJS.Signals): void {
  for (const one of [...descendantsOf(pid), pid]) {
    try {
      process.kill(one, signal);
    } catch {
      // It has ended by itself.
    }
  }
}

function descendantsOf(pid: number): readonly number[] {
  const children = Map.groupBy(processes(), ({ parent }) => parent);
  const below = (one: number): readonly number[] =>
    (children.get(one) ?? []).flatMap(({ pid: child }) => [...below(child), child]);
  return below(pid);
}

function processes(): readonly { readonly pid: number; readonly parent: number }[] {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => {
        try {
          // "pid (name) state parent …", where the name may hold anything.
          const stat = readFileSync(`/proc/${name}/stat`, "utf8");
          return [{ pid: Number(name), parent: Number(stat.slice(stat.lastIndexOf(")") + 4).split(" ")[0]) }];
        } catch {
          return [];
        }
      });
  } catch {
    return [];
  }
}
