/** A text that an answer's JSON has under the name; undefined where it has none. */
export function field(body: string, name: string): string | undefined {
  try {
    const value = (JSON.parse(body) as Record<string, unknown> | null)?.[name];
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

export function named(status: number, value: string | undefined): boolean {
  return status === 200 && value !== undefined;
}

export function shown(status: number, value: string | undefined, noun: string): string {
  if (status !== 200) return `answering ${status}`;
  return value === undefined ? `naming no ${noun}` : `${noun} "${value}"`;
}
