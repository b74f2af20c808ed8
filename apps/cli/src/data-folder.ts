import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Where everything of `breakwater up` lives unless told otherwise: `.breakwater` in the repository. */
export function defaultDataFolder(env: NodeJS.ProcessEnv): string {
  const given = env["BREAKWATER_DATA"];
  return given === undefined || given === "" ? join(REPOSITORY, ".breakwater") : resolve(given);
}

/** `src` and `dist` of this app are equally deep. */
const REPOSITORY = fileURLToPath(new URL("../../..", import.meta.url));
