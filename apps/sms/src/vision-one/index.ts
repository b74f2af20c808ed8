export { summaryOf } from "./connection-view.ts";
export { VisionOne } from "./vision-one.ts";
