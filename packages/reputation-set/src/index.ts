export { canonicalUrl } from "./canonical-url.ts";
export { canonicalValue, detectType, refang } from "./canonical-value.ts";
export { type CheckedCriteria, checkCriteria } from "./check-criteria.ts";
export { checkTags, compileDefinitions, definitionOf, type TagDefinitions } from "./check-tags.ts";
export { CoverIndex, type CoverKey } from "./cover-index.ts";
export { type FilterSubject, matchesCriteria, selectFilter } from "./criteria.ts";
export { type LoadedSnapshot, loadSnapshot } from "./decode-snapshot.ts";
export { encodeSnapshot, positionOf } from "./encode-snapshot.ts";
export { encodeSortedSnapshot } from "./encode-sorted-snapshot.ts";
export {
  type FeedDigestInput,
  feedObjectDigest,
  sumDigests,
  toFeedChecksum,
} from "./feed-checksum.ts";
export { foldCase } from "./fold-case.ts";
export { formatRange, maskBytes, parseAddress, parseRange } from "./ip-address.ts";
export {
  keyOf as memberKey,
  TYPE_CODES,
  valueOf as valueOfKey,
} from "./member-key.ts";
export { mergeSnapshot } from "./merge-snapshot.ts";
export type { RecordVisitor } from "./record-arena.ts";
export { ReputationIndex } from "./reputation-index.ts";
export { ChecksumSum, checksumOf, EMPTY_CHECKSUM } from "./set-checksum.ts";
export {
  applyDelta,
  applyOperation,
  type DeltaRefusal,
  decodeDelta,
  encodeDelta,
  makeDelta,
} from "./set-delta.ts";
export { SnapshotBuilder } from "./snapshot-builder.ts";
export { encodeHeader as encodeSnapshotHeader } from "./snapshot-format.ts";
export { readTagTime, STORED_TIME } from "./tag-time.ts";
