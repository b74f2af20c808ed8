export { createToken } from "./create-token.ts";
export { createEnrolmentPort } from "./enrolment-port.ts";
export { registerTokens } from "./routes.ts";
