import { DATA_CASES } from './data';
import { ERROR_CASES } from './errors';
import { FLOW_CASES } from './flow';
import { INTRINSIC_CASES } from './intrinsics';

export type { AslCase } from './case';

/** The table by which an interpreter is judged. */
export const ASL_CASES = [...DATA_CASES, ...FLOW_CASES, ...ERROR_CASES, ...INTRINSIC_CASES];
