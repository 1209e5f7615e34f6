/** Runs state machines of synthesised templates, and searches them for faults: docs/testing.md. */
export { Refused } from './asl/errors';
export type { Json } from './asl/json';
export type { Call, Fault, FaultKind } from './edge';
export { MachineUnderTest, type MachineOptions, type RunOptions } from './machine-under-test';
export type { Run } from './run';
export { search, type Invariant, type SearchOptions, type SearchReport, type Violation } from './search';
export { ServiceError } from './services';
export type { Change, Input, WorldEvent, WorldSpec } from './world';
