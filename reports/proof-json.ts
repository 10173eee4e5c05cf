import type { Counterexample, Proof, WritePath } from '../lib/model/proof.ts';

/**
 * The `--json` shape of `sealcheck prove`: the worst of the asked paths, the verdict of all three, and beside them
 * each path's whole proof.
 */
export type ProofJson = {
  readonly verdict: Proof['verdict'];
  readonly counterexample?: Counterexample;
  readonly paths: Readonly<Record<WritePath, Proof['verdict']>>;
  readonly proofs: Readonly<Record<WritePath, Proof>>;
  readonly assumptions: readonly string[];
  readonly reason?: string;
};

/** A refutation outweighs a doubt, and a doubt outweighs a proof. */
export function worstPath(
  paths: Readonly<Record<WritePath, Proof>>,
  asked: readonly WritePath[],
): { readonly path: WritePath; readonly proof: Proof } {
  const order: readonly Proof['verdict'][] = ['refuted', 'undecided', 'proved'];
  const all = asked.map((path) => ({ path, proof: paths[path] }));
  const worst = order.flatMap((verdict) => all.find(({ proof }) => proof.verdict === verdict) ?? [])[0];
  return worst ?? { path: 'put', proof: paths.put };
}

/** Proofs of all paths as machines read them. */
export function proofJson(
  proofs: Readonly<Record<WritePath, Proof>>,
  asked: readonly WritePath[],
): ProofJson {
  const { proof } = worstPath(proofs, asked);
  return {
    verdict: proof.verdict,
    ...(proof.verdict === 'refuted' ? { counterexample: proof.counterexample } : {}),
    paths: {
      put: proofs.put.verdict,
      replicate: proofs.replicate.verdict,
      update: proofs.update.verdict,
    },
    proofs,
    assumptions: proof.assumptions,
    ...(proof.verdict === 'undecided' ? { reason: proof.reason } : {}),
  };
}
