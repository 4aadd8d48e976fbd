import { encodeBundle, type SectionData } from '../artefact.ts'
import type { EngineMeta } from '../engine.ts'
import { BLOCKS, type Trained } from './english.ts'
import { packBlock, packConvolutions } from './pack.ts'

export function packEnglish(trained: readonly Trained[], words: readonly string[], lexicon: string): Uint8Array {
  const data: Record<string, SectionData> = { lexicon, 'cnn.words': words.join('\n') }
  const meta: EngineMeta = { blocks: [], heads: [] }
  const offsets = BLOCKS.map(() => 0)
  for (const b of BLOCKS.keys()) {
    const block = packBlock(
      trained.filter(({ plan }) => plan.block === b).map(({ model }) => model),
      b,
    )
    meta.blocks.push(block.meta)
    Object.assign(data, block.data)
  }
  const nets = trained.flatMap(({ plan, net }) => (net ? [{ name: plan.name, net }] : []))
  Object.assign(data, packConvolutions(nets, words))
  let from = 0
  for (const { plan, model } of trained) {
    const inputs = plan.inputs.flatMap((name): [string, number][] => {
      const labels = trained.find((other) => other.plan.name === name)?.plan.labels ?? []
      return labels.map((_, column) => [name, column])
    })
    const offset = offsets[plan.block] ?? 0
    meta.heads.push({
      name: plan.name,
      labels: plan.labels,
      mode: plan.mode,
      block: plan.block,
      offset,
      inputs,
      ...(plan.net ? { net: { weight: plan.net.weight, from, filters: plan.net.filters } } : {}),
    })
    from += plan.net?.filters ?? 0
    offsets[plan.block] = offset + plan.labels.length
    data[`${plan.name}.dense`] = model.dense
    data[`${plan.name}.bias`] = model.bias
  }
  return encodeBundle({ ...meta }, data)
}
