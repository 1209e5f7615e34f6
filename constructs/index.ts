export * as data from './data';
export * as observability from './observability';
export * as quality from './quality';
export * as serving from './serving';
export * as training from './training';
