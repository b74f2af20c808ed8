export { tagDefinitions } from "./definitions.ts";
