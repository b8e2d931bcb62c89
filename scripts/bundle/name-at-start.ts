/** More than any action has when it has started: s3-sync has 1,800. */
const namedAtStart = 5000;

/** esbuild's helper for `keepNames`, in one chunk of all. */
const helper = /([\w$]+)=\(([\w$]+),([\w$]+)\)=>([\w$]+)\(\2,"name",\{value:\3,configurable:!0\}\)/;

/**
 * Names what a program begins with, for stack traces, and classes at any time, since errors are told apart by their
 * class names. esbuild by itself names each function whenever it is made, five closures for each upload among them: a
 * twentieth of the CPU of a large sync. Undefined for a text without esbuild's helper.
 */
export function nameAtStart(text: string): string | undefined {
  if (!helper.test(text)) return undefined;
  return text.replace(
    helper,
    `$1=(made=>($2,$3)=>$2.prototype===void 0&&++made>${namedAtStart}?$2:$4($2,"name",{value:$3,configurable:!0}))(0)`,
  );
}
