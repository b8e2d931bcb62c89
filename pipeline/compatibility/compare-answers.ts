// What an old client would stumble over: pure.
import { type AnswerShape, above, shapeOfAnswer } from "./answer-shape.ts";
import type { Answer } from "./replay-requests.ts";

/** The same request, asked of the live API twice, and then of what is to be tried. */
export interface ThreeAnswers {
  readonly live: Answer;
  /** From the same data: where it differs from `live`, nobody can rely on it. */
  readonly again: Answer;
  readonly tried: Answer;
}

/**
 * What broke, in words that go on from the request: `now answers 500, before 200`. Empty where an old client gets what it got.
 * More than before is no break: a field, a list, a status that was a refusal. `own` are words that each release has for itself.
 */
export function breaksOf({ live, again, tried }: ThreeAnswers, own: ReadonlySet<string>): readonly string[] {
  if (live.status === 0 || live.status >= 500 || live.status !== again.status) return [];
  if (tried.status === 0) return [`gets no answer now (${tried.failure ?? ""}), before ${live.status}`];
  if (tried.status !== live.status) {
    const wasRefused = live.status >= 400;
    if (wasRefused && tried.status < 500 && !isOther(live.status, tried.status)) return [];
    return [`now answers ${tried.status}, before ${live.status}`];
  }
  if (live.location === again.location && live.location !== tried.location)
    return [`now leads to "${tried.location}", before to "${live.location}"`];
  if (live.type === again.type && live.type !== tried.type)
    return [`now answers with "${tried.type}", before with "${live.type}"`];
  if (live.json === undefined) return [];
  const shapes = [live, again, tried].map(({ json }) => shapeOfAnswer(json));
  return shapeBreaks(shapes as [AnswerShape, AnswerShape, AnswerShape], own);
}

/** Refusals that clients treat in other ways: log in, try another name, ask again later. */
function isOther(before: number, now: number): boolean {
  const treated = [401, 409, 429];
  return now >= 400 && (treated.includes(before) || treated.includes(now));
}

function shapeBreaks(
  [live, again, tried]: readonly [AnswerShape, AnswerShape, AnswerShape],
  own: ReadonlySet<string>,
): string[] {
  const breaks: string[] = [];
  const gone = new Set<string>();
  for (const [place, before] of live) {
    const same = again.get(place);
    const now = tried.get(place);
    const parent = above(place);
    if (parent !== undefined && gone.has(parent)) {
      gone.add(place);
      continue;
    }
    // Only what every element had, every time, is a promise.
    const whole = parent === undefined ? 1 : (live.get(parent)?.count ?? 0);
    const isElement = place.endsWith("/*");
    if (same === undefined || (!isElement && before.count < whole)) continue;
    const name = shown(place);
    const wholeNow = parent === undefined ? 1 : (tried.get(parent)?.count ?? 0);
    if (now === undefined || (!isElement && now.count < wholeNow)) {
      breaks.push(isElement ? `now has an empty list in ${shown(parent ?? "")}` : `now lacks ${name}`);
      gone.add(place);
      continue;
    }
    const types = [...now.types].filter((type) => !before.types.has(type) && !same.types.has(type));
    if (types.length > 0) {
      breaks.push(`now has ${types.join(" or ")} in ${name}, before ${[...before.types].join(" or ")}`);
      continue;
    }
    const isStable = String([...before.words].sort()) === String([...same.words].sort());
    const lost = isStable ? [...before.words].filter((word) => !now.words.has(word) && !own.has(word)) : [];
    const instead = [...now.words].filter((word) => !before.words.has(word) && !own.has(word));
    if (lost.length > 0 && instead.length > 0)
      breaks.push(
        `now has ${instead.slice(0, 3).join(", ")} in ${name}, before ${lost.slice(0, 3).join(", ")}`,
      );
  }
  return breaks;
}

/** A place as people write it: `items[].id`. */
function shown(place: string): string {
  if (place === "") return "the answer";
  return `"${place.replaceAll("/*", "[]").replace(/^\//, "").replaceAll("/", ".")}"`;
}
