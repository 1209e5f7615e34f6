export * from './hyperparameter-tuning';
export * from './limits';
export * from './objective';
export * from './range';
export * from './strategy';
export * from './warm-start';
