import eslint from '@eslint/js';
import awscdk from 'eslint-plugin-awscdk';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

const cdkFiles = ['bin/**/*.ts', 'lib/**/*.ts', 'constructs/**/*.ts'];

export default tseslint.config(
  { ignores: ['build/**', 'cdk.out/**', '.slipway/**', 'coverage/**', 'node_modules/**'] },
  eslint.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // jsii knows no free functions: factories are static methods.
      '@typescript-eslint/no-extraneous-class': ['error', { allowStaticOnly: true, allowConstructorOnly: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // Constructs are told apart by their shape, not by instanceof: several copies of the CDK may be loaded.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
    },
  },
  {
    ...awscdk.configs.recommended,
    files: ['lib/**/*.ts', 'constructs/**/*.ts'],
    rules: {
      ...awscdk.configs.recommended.rules,
      // jsii knows no Record.
      '@typescript-eslint/consistent-indexed-object-style': 'off',
      // Results are given as what they are, so that users can grant on them and add to their policies.
      'awscdk/no-construct-in-public-property-of-construct': 'off',
      // It does not know default values nor parameter properties.
      'awscdk/construct-constructor-property': 'off',
    },
  },
  {
    // Ids of stacks are what people type: `cdk deploy prod/serving`.
    files: ['lib/slipway-stage.ts'],
    rules: { 'awscdk/pascal-case-construct-id': 'off' },
  },
  {
    // Synth is pure: same input, same bytes.
    files: [...cdkFiles, 'config/**/*.ts'],
    // Handlers run elsewhere, and later.
    ignores: ['constructs/**/*.lambda.ts'],
    rules: {
      'no-restricted-globals': ['error', 'fetch', 'performance'],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Synth reads no environment: state it in config/.' },
        { object: 'Date', property: 'now', message: 'Synth reads no clock.' },
        { object: 'Math', property: 'random', message: 'Synth draws no random numbers.' },
        { object: 'crypto', property: 'randomUUID', message: 'Synth draws no random numbers.' },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: 'Synth reads no clock.',
        },
      ],
      'no-restricted-imports': [
        'error',
        {
          patterns: [{ regex: '^(node:)?(child_process|dns|http|http2|https|net|os|tls)$', message: 'Synth is pure.' }],
        },
      ],
    },
  },
  { files: ['**/*.mjs', '**/*.cjs'], ...tseslint.configs.disableTypeChecked },
  {
    files: ['**/*.cjs'],
    languageOptions: { sourceType: 'commonjs' },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  prettier,
);
