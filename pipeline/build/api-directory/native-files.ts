// Whether compiled files can be loaded where the API will run.
import { type ElfNeeds, readElf } from "./elf.ts";

/** Of Amazon Linux 2023: glibc 2.34, and the libstdc++ of GCC 11. */
const platformVersions: Readonly<Record<string, string>> = {
  GLIBC: "2.34",
  GLIBCXX: "3.4.29",
  CXXABI: "1.3.13",
};

interface NativeFile {
  readonly name: string;
  readonly needs: ElfNeeds;
}

/** Collects the compiled files of a bundle, package by package, while it is written. */
export class NativeFiles {
  readonly #packages = new Map<string, NativeFile[]>();

  /** `owner` is the package's place in the bundle, `name` the file's. */
  add(owner: string, name: string, content: Uint8Array): void {
    const needs = readElf(content);
    if (needs === undefined) return;
    this.#packages.set(owner, [...(this.#packages.get(owner) ?? []), { name, needs }]);
  }

  has(owner: string): boolean {
    return this.#packages.has(owner);
  }

  /** What could not be loaded, sorted. A file for another platform is none where its path says so and another one fits. */
  problems(architecture: string): string[] {
    return [...this.#packages.values()]
      .flatMap((files) => {
        const wrong = files.flatMap((file) => {
          const reason = unfit(file.needs, architecture);
          return reason === undefined ? [] : [{ file, reason }];
        });
        const meant = wrong.filter(({ file }) => file.needs.architecture === architecture);
        const noneFits = wrong.length === files.length;
        return (noneFits && meant.length > 0 ? meant : wrong)
          .filter(({ file }) => noneFits || !namesPlatform(file.name))
          .map(({ file, reason }) => `${file.name} ${reason}`);
      })
      .sort();
  }
}

/** Why the platform cannot load it; undefined where it can. */
function unfit({ architecture, libraries, versions }: ElfNeeds, wanted: string): string | undefined {
  if (architecture !== wanted) return `is compiled for ${architecture}, not for ${wanted}`;
  if (libraries.some((library) => library.includes("musl"))) return "is compiled for musl, not for glibc";
  const newer = versions.filter(isTooNew).sort(byVersion).at(-1);
  return newer === undefined ? undefined : `needs ${newer}, and Amazon Linux 2023 has ${available(newer)}`;
}

function parts(version: string): readonly [library: string, numbers: readonly number[]] {
  const [library = "", numbers = ""] = version.split("_");
  return [library, numbers.split(".").map(Number)];
}

function isTooNew(version: string): boolean {
  const [library, numbers] = parts(version);
  const has = platformVersions[library]?.split(".").map(Number);
  return has !== undefined && !numbers.some(Number.isNaN) && compare(numbers, has) > 0;
}

function available(version: string): string {
  const [library] = parts(version);
  return `${library}_${platformVersions[library]}`;
}

function byVersion(one: string, other: string): number {
  return compare(parts(one)[1], parts(other)[1]);
}

function compare(one: readonly number[], other: readonly number[]): number {
  for (let index = 0; index < Math.max(one.length, other.length); index += 1) {
    const difference = (one[index] ?? 0) - (other[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** As node-gyp-build, prebuildify and napi-rs name files and folders of which one is chosen when the package is loaded. */
function namesPlatform(name: string): boolean {
  return /(^|[/._-])(linux|darwin|win32|android|freebsd|musl|linuxmusl|alpine|x64|arm64|arm|armv[67]l?|ia32|ppc64|s390x|riscv64|aarch64|x86_64)(?=$|[/._+-])/.test(
    name,
  );
}
