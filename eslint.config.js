import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const PURE = ['lib/model/**', 'lib/policy/**', 'lib/rules/**', 'lib/checks/**', 'reports/**'];

export default tseslint.config(
  {
    ignores: [
      'dist/',
      '.venv/',
      '.lambda/',
      '.serverless/',
      'coverage/',
      'node_modules/',
      'sealcheck-runs/',
      'docs/',
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      'no-console': 'error',
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ClassDeclaration[superClass=null]',
          message: 'Functions and readonly data; classes only for errors (CONTRIBUTING.md).',
        },
        {
          selector: 'ExportDefaultDeclaration',
          message: 'Named exports, so that a name is the same everywhere.',
        },
      ],
    },
  },
  {
    // The same evidence must give the same bytes: pure layers get clock, environment and files passed in.
    files: PURE,
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'process', message: 'Pure layer: the environment is passed in.' },
        { name: 'fetch', message: 'Pure layer: no network.' },
        { name: 'setTimeout', message: 'Pure layer: no clock.' },
        { name: 'performance', message: 'Pure layer: no clock.' },
        { name: 'crypto', message: 'Pure layer: no randomness.' },
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Pure layer: the clock is passed in.' },
        { object: 'Math', property: 'random', message: 'Pure layer: no randomness.' },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
          message: 'Pure layer: the clock is passed in.',
        },
        { selector: ':function[async=true]', message: 'Pure layer: no async.' },
        { selector: 'AwaitExpression', message: 'Pure layer: no async.' },
        {
          selector: 'ClassDeclaration[superClass=null]',
          message: 'Functions and readonly data; classes only for errors (CONTRIBUTING.md).',
        },
        {
          selector: 'ExportDefaultDeclaration',
          message: 'Named exports, so that a name is the same everywhere.',
        },
      ],
    },
  },
  {
    files: ['tests/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/explicit-module-boundary-types': 'off',
    },
  },
  { files: ['bench/**/*.ts', 'scripts/**/*.ts'], rules: { 'no-console': 'off' } },
  {
    files: ['portal/**/*.js'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'atob',
          'btoa',
          'crypto',
          'document',
          'fetch',
          'history',
          'location',
          'sessionStorage',
          'TextDecoder',
          'TextEncoder',
          'URL',
          'URLSearchParams',
          'window',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
  { files: ['**/*.js'], languageOptions: { globals: { process: 'readonly', console: 'readonly' } } },
);
