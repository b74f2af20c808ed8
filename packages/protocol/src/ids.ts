import { z } from "zod";

export const DeviceId = z.uuid().brand<"DeviceId">();
export type DeviceId = z.infer<typeof DeviceId>;

/** One SMS (or other product) connected to a hub. */
export const ProductId = z.uuid().brand<"ProductId">();
export type ProductId = z.infer<typeof ProductId>;

export const UserId = z.uuid().brand<"UserId">();
export type UserId = z.infer<typeof UserId>;

/** A server that the hub sends suspicious objects to. */
export const DistributionTargetId = z.uuid().brand<"DistributionTargetId">();
export type DistributionTargetId = z.infer<typeof DistributionTargetId>;

/** A positive 63-bit number as text; longer ones would fail in the database instead of here. */
export const EntryId = z
  .string()
  .regex(/^\d{1,18}$/)
  .brand<"EntryId">();
export type EntryId = z.infer<typeof EntryId>;

export const ProfileId = z.uuid().brand<"ProfileId">();
export type ProfileId = z.infer<typeof ProfileId>;

/** A reputation set: the members one version of a profile's reputation filters selects. */
export const SetId = z.uuid().brand<"SetId">();
export type SetId = z.infer<typeof SetId>;

export const TagCategoryId = z.uuid().brand<"TagCategoryId">();
export type TagCategoryId = z.infer<typeof TagCategoryId>;

export const DistributionId = z.uuid().brand<"DistributionId">();
export type DistributionId = z.infer<typeof DistributionId>;

export const JobId = z.uuid().brand<"JobId">();
export type JobId = z.infer<typeof JobId>;

export const TokenId = z
  .string()
  .regex(/^[a-zA-Z0-9_-]{8,64}$/)
  .brand<"TokenId">();
export type TokenId = z.infer<typeof TokenId>;

/** A file that was uploaded to be imported; the job that imports it has the same id. */
/** A list that the SMS fetches again and again. */
export const FeedId = z.uuid().brand<"FeedId">();
export type FeedId = z.infer<typeof FeedId>;

export const ImportId = z.uuid().brand<"ImportId">();
export type ImportId = z.infer<typeof ImportId>;

export const ExceptionId = z.uuid().brand<"ExceptionId">();
export type ExceptionId = z.infer<typeof ExceptionId>;

/** Lower-case hex of a SHA-256 digest: the address of an immutable blob. */
export const Sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .brand<"Sha256">();
export type Sha256 = z.infer<typeof Sha256>;

/** Order-free 128-bit set checksum, lower-case hex. */
export const SetChecksum = z
  .string()
  .regex(/^[0-9a-f]{32}$/)
  .brand<"SetChecksum">();
export type SetChecksum = z.infer<typeof SetChecksum>;

/** Spool epoch: 64 random bits, lower-case hex; a new one for every new spool directory. */
export const Epoch = z
  .string()
  .regex(/^[0-9a-f]{16}$/)
  .brand<"Epoch">();
export type Epoch = z.infer<typeof Epoch>;
