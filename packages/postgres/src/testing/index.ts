export { askForServer } from "./server-service.ts";
export { createTestDatabase, type TestDatabase } from "./test-database.ts";
