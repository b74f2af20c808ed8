export { CertificateRegister } from "./certificate-register.ts";
export { findCertificateOfKey, insertCertificate } from "./certificate-store.ts";
export { startPresence } from "./presence.ts";
export type { ProductsContext } from "./products-context.ts";
export { isConnected, registerProductStatus, registerProducts } from "./routes.ts";
export { insertProduct, listProducts, lockProduct, readSyncedRevisions } from "./store.ts";
