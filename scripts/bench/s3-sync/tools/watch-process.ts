import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** What a process, with all that it started, took from its start to its end. */
export interface Watched {
  readonly seconds: number;
  /** Of user and system, in seconds; as last seen before the end. */
  readonly cpuSeconds: number;
  readonly peakMib: number;
  readonly ended: "well" | "badly" | "cut off";
  /** The end of what it printed. */
  readonly output: string;
}

export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

const sampleMs = 40;

/** Runs the program to its end, or cuts it off after `limitSeconds`. */
export async function watchProcess(program: Program, limitSeconds: number): Promise<Watched> {
  const started = performance.now();
  const child = spawn(program.file, program.args, {
    env: program.env,
    cwd: program.cwd,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let output = "";
  const keep = (chunk: Buffer): void => {
    output = (output + chunk).slice(-4000);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  let isCutOff = false;
  const end = (): void => {
    if (child.pid === undefined || child.exitCode !== null) return;
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // It has just ended.
    }
  };
  let peakKib = 0;
  let cpuTicks = 0;
  const sample = setInterval(() => {
    if (child.pid === undefined) return;
    const { kib, ticks } = usageOf(child.pid);
    peakKib = Math.max(peakKib, kib);
    cpuTicks = Math.max(cpuTicks, ticks);
  }, sampleMs);
  const limit = setTimeout(() => {
    isCutOff = true;
    end();
  }, limitSeconds * 1000);
  process.once("exit", end);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject).once("close", resolve);
    });
    return {
      seconds: (performance.now() - started) / 1000,
      cpuSeconds: cpuTicks / 100,
      peakMib: peakKib / 1024,
      ended: isCutOff ? "cut off" : code === 0 ? "well" : "badly",
      output,
    };
  } finally {
    clearInterval(sample);
    clearTimeout(limit);
    process.off("exit", end);
  }
}

/** Resident memory and CPU ticks (1/100 s) of a process and its descendants, now. */
function usageOf(pid: number): { readonly kib: number; readonly ticks: number } {
  let [kib, ticks] = [0, 0];
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    kib += Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0);
    const [, , , , , , , , , , , user, system] = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /, "")
      .split(" ");
    ticks += Number(user) + Number(system);
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const children = readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").trim();
      for (const child of children === "" ? [] : children.split(" ")) {
        const below = usageOf(Number(child));
        kib += below.kib;
        ticks += below.ticks;
      }
    }
  } catch {
    // It ended meanwhile.
  }
  return { kib, ticks };
}
