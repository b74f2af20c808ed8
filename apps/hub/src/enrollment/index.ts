export { createEnrolmentPort } from "./enrolment-port.ts";
export { registerTokens } from "./routes.ts";
