export { connectionFacts } from "./connection-view.ts";
export { HubSeat } from "./hub-seat.ts";
