const swc = { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } };

/** Test files that match, and none of those of the folders left out. */
function project(displayName, testMatch, leftOut = []) {
  return {
    displayName,
    testMatch: [`<rootDir>/${testMatch}`],
    testPathIgnorePatterns: ['/node_modules/', ...leftOut.map((folder) => `<rootDir>/${folder}/`)],
    transform: { '^.+\\.ts$': ['@swc/jest', swc] },
    testEnvironment: 'node',
    globalSetup: '<rootDir>/test/build-handlers.ts',
    moduleFileExtensions: ['ts', 'js', 'json', 'node'],
    modulePathIgnorePatterns: ['<rootDir>/build/', '<rootDir>/.slipway/', '<rootDir>/cdk.out/'],
  };
}

export default {
  projects: [
    project('unit', 'test/**/*.test.ts', ['test/gate', 'test/e2e', 'test/floor']),
    project('gate', 'test/gate/**/*.test.ts'),
    project('floor', 'test/floor/**/*.test.ts'),
    project('e2e', 'test/e2e/**/*.test.ts'),
  ],
};
