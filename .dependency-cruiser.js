/** The architecture as a lint rule: imports run one way (docs/architecture.md). */
const AWS_SDK = 'node_modules/(@aws-sdk|@smithy|@aws-lambda-powertools|@middy)/';
const IMPURE_CORE =
  '^(node:)?(fs|fs/promises|http|https|net|tls|os|child_process|worker_threads|stream|process|timers|dns|zlib)';
const only = (name, comment, from, allowed) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: '^(lib|functions|reports|bench|tests|scripts)/', pathNot: allowed },
});

export default {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      comment: 'A cycle means two files are one.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      comment: 'Every import resolves.',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'pure-layers',
      severity: 'error',
      comment:
        'model, policy, rules, checks and reports are functions over data: no SDK, no files, no network.',
      from: { path: '^(lib/(model|policy|rules|checks)|reports)/' },
      to: { path: `${AWS_SDK}|${IMPURE_CORE}` },
    },
    only('model-imports-nothing', 'The nouns stand alone.', '^lib/model/', '^lib/model/'),
    only('policy', 'model ← policy', '^lib/policy/', '^lib/(model|policy)/'),
    {
      name: 'evaluator-knows-nothing-of-the-search',
      severity: 'error',
      comment:
        'A counterexample is confirmed by code that had no part in finding it; what both got wrong, neither would see.',
      from: { path: '^lib/policy/(evaluate|operators)/' },
      to: { path: '^lib/policy/(search|space|prove|write)/' },
    },
    {
      name: 'search-knows-nothing-of-the-evaluator',
      severity: 'error',
      comment: 'The search compares values in its own way, from operators as data.',
      from: { path: '^lib/policy/(search|space)/' },
      to: { path: '^lib/policy/(evaluate|operators)/' },
    },
    only('rules', 'model ← rules', '^lib/rules/', '^lib/(model|rules)/'),
    only('checks', 'model ← policy, rules ← checks', '^lib/checks/', '^lib/(model|policy|rules|checks)/'),
    only('collectors', 'model ← collectors', '^lib/collectors/', '^lib/(model|collectors)/'),
    only('census', 'model, collectors ← census', '^lib/census/', '^lib/(model|collectors|census)/'),
    only('ledger', 'model, collectors ← ledger', '^lib/ledger/', '^lib/(model|collectors|ledger)/'),
    only('seal', 'model ← seal', '^lib/seal/', '^lib/(model|seal)/'),
    only('reports', 'model ← reports', '^reports/', '^(lib/model|reports)/'),
    only('sandbox', 'The sandbox shares no code with what it tests.', '^lib/sandbox/', '^lib/sandbox/'),
    only('audit', 'audit composes everything below it', '^lib/audit/', '^(lib/(?!cli|sandbox)|reports/)'),
    only(
      'config-rule',
      'audit, checks, collectors ← config-rule',
      '^lib/config-rule/',
      '^lib/(model|rules|checks|collectors|audit|config-rule)/',
    ),
    only('api', 'audit ← api', '^lib/api/', '^lib/(model|seal|audit|collectors|api)/'),
    only(
      'functions',
      'Lambda wiring',
      '^functions/',
      '^(functions|lib/(model|audit|rules|collectors|config-rule|api))/',
    ),
    {
      name: 'sandbox-is-not-production',
      severity: 'error',
      comment: 'Only the command line and tests start the sandbox.',
      from: { path: '^(lib/(?!sandbox|cli)|functions|reports)' },
      to: { path: '^lib/sandbox/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|sealcheck-runs)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
