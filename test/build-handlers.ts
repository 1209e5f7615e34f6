import { buildHandlers } from '../shell/handlers';

/** Constructs with a Lambda need its bundle: made before the tests of a project. */
export default buildHandlers;
