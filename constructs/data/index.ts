export * from './model-archive';
export * from './model-data';
export * from './notification-topics';
